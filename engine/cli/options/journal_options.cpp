#include "cli/options/journal_options.hpp"

#include "cli/options/command.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/options/values.hpp"
#include "cli/render/visible_text.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace batch_cancel::cli
{

namespace
{

constexpr std::size_t longest_shown = 200;
constexpr std::size_t most_values_shown = 4;

// An option as the journal has it.
struct recorded_option
{
    std::string name;
    std::vector<std::string> values;
};

// A text from a journal, shown so that nobody takes it for words of ours or for a part of a command.
std::string as_data(std::string const& value)
{
    std::string text{'"'};
    for (char const letter : visible_text(value.substr(0, longest_shown)))
    {
        if (letter == '"')
            text += '\\';
        text += letter;
    }
    return text + (value.size() > longest_shown ? "…\"" : "\"");
}

std::string values_as_data(std::vector<std::string> const& values)
{
    std::string text;
    for (std::size_t i = 0; i != std::min(values.size(), most_values_shown); ++i)
        text += (i == 0 ? "" : ", ") + as_data(values[i]);
    return values.size() > most_values_shown ? text + ", …" : text;
}

// The record has these in members of their own.
bool is_told_by_the_record(std::string_view name)
{
    constexpr std::string_view names[]{"endpoint", "cloud", "api-version", "shard", "carry"};
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// What is neither true nor false was not left at its default, either.
bool is_flag_set(std::string const& text)
{
    try
    {
        return parse_flag(text);
    }
    catch (std::invalid_argument const&)
    {
        return true;
    }
}

std::vector<recorded_option> options_of(run_record const& run)
{
    std::vector<recorded_option> found;
    std::unordered_map<std::string_view, std::size_t> places;
    for (auto const& each : run.options)
    {
        if (is_told_by_the_record(each.name))
            continue;
        auto const [known, is_new] = places.try_emplace(each.name, found.size());
        if (is_new)
            found.push_back({.name = each.name, .values = {}});
        found[known->second].values.push_back(each.value);
    }
    found.push_back({.name = "api-version", .values = {run.api_version}});
    found.push_back({.name = "carry", .values = {run.carried.empty() ? "none" : names_text(run.carried)}});
    if (run.shard)
        found.push_back(
            {.name = "shard", .values = {std::to_string(run.shard->number) + '/' + std::to_string(run.shard->count)}});
    return found;
}

/** Goes through the options of a run, and keeps apart what is not taken. */
class taking
{
public:
    taking(command& to, continued_run const& run)
        : to_(to)
        , run_(run)
        , has_sign_in_(run.has_token || std::any_of(to.options().begin(), to.options().end(),
                                                    [](option const& each) {
                                                        return each.journal == from_journal::sign_in && each.is_given();
                                                    }))
    {
    }

    void take(recorded_option const& recorded)
    {
        auto const* const known = run_.begun_by.find(recorded.name);
        auto* const found = to_.find(recorded.name);
        if (known == nullptr)
            refuse_unknown(recorded.name);
        else if (found != nullptr)
            take(recorded, *found);
    }

    void take_service()
    {
        if (is_simulated(run_.last) || to_.find("endpoint")->is_given() || to_.find("cloud")->is_given())
            return;
        if (auto const cloud = cloud_of(run_.last.endpoint); !cloud.empty())
            to_.find("cloud")->give(origin::journal, {std::string{cloud}}, run_.journal + ": --cloud");
        else
            need({.name = "endpoint", .values = {run_.last.endpoint}});
    }

    void check() const
    {
        if (!needed_.empty())
            throw usage_error{run_.journal +
                              ": the run used options that decide where a token goes or which secrets are used, and "
                              "those are never taken from a journal; give each again, with a value that you trust: " +
                              needed_};
    }

    std::string remark() const
    {
        return left_out_.empty() ? std::string{}
                                 : "not taken from the journal: " + left_out_ + "; give it again if you want it";
    }

private:
    // The simulator gets no token, and a run that is only shown contacts nobody.
    bool needs_service() const
    {
        return run_.contact == contact::service && !is_simulated(run_.last);
    }

    void take(recorded_option const& recorded, option& found)
    {
        switch (found.journal)
        {
        case from_journal::taken:
            if (found.origin > origin::journal)
                found.give(origin::journal, recorded.values, run_.journal + ": --" + recorded.name);
            break;
        case from_journal::given_again:
            if (!found.is_given())
                need(recorded);
            break;
        case from_journal::sign_in:
            if (!has_sign_in_)
                need(recorded);
            break;
        case from_journal::left_out:
            if (!found.is_given() && (found.is_path || needs_service()))
                leave_out(found, recorded);
            break;
        case from_journal::undecided:
        case from_journal::of_one_process:
            break;
        }
    }

    void refuse_unknown(std::string const& name) const
    {
        if (run_.contact == contact::service)
            throw usage_error{run_.journal + ": the run had the option --" +
                              visible_text(name.substr(0, longest_shown)) + ", which this version does not know"};
    }

    void need(recorded_option const& recorded)
    {
        if (!needs_service())
            return;
        needed_ += (needed_.empty() ? "--" : ", --") + recorded.name + " (the journal has " +
                   values_as_data(recorded.values) + ")";
    }

    void leave_out(option const& known, recorded_option const& recorded)
    {
        bool const is_flag = known.shape == option_shape::flag;
        if (is_flag && !is_flag_set(recorded.values.back()))
            return;
        left_out_ += (left_out_.empty() ? "--" : ", --") + recorded.name;
        if (!is_flag)
            left_out_ += ' ' + values_as_data(recorded.values);
    }

    command& to_;
    continued_run const& run_;
    bool const has_sign_in_;
    std::string needed_;
    std::string left_out_;
};

bool is_for_the_next_process(option const& each)
{
    auto const rule = each.journal;
    return each.origin == origin::command_line &&
           (rule == from_journal::given_again || rule == from_journal::sign_in || rule == from_journal::left_out);
}

}  // namespace

std::string take_from_journal(command& to, continued_run const& run)
{
    taking from{to, run};
    from.take_service();
    for (auto const& recorded : options_of(run.last))
        from.take(recorded);
    from.check();
    return from.remark();
}

std::vector<std::string> words_to_repeat(command const& of)
{
    std::vector<std::string> words;
    for (auto const& each : of.options())
    {
        if (!is_for_the_next_process(each))
            continue;
        auto const name = "--" + each.long_name();
        for (auto const& text : each.texts)
        {
            if (each.shape == option_shape::flag)
                words.push_back(text == "true" ? name : name + '=' + text);
            else if (text.starts_with('-') || text.empty())  // else it is taken for an option
                words.push_back(name + '=' + text);
            else
                words.insert(words.end(), {name, text});
        }
    }
    return words;
}

}  // namespace batch_cancel::cli
