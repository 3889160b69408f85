#include "cli/commands/resumption.hpp"

#include "cli/console/error_text.hpp"
#include "cli/input/input_error.hpp"
#include "cli/options/command.hpp"
#include "cli/options/settings.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/render/number_text.hpp"
#include "cli/render/visible_text.hpp"

#include <batch_cancel/errc.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace batch_cancel::cli
{

namespace
{

constexpr std::size_t most_named = 3;
constexpr std::string_view token_file = "token-file";

std::string shard_text(std::optional<shard> const& part)
{
    return part ? std::to_string(part->number) + "/" + std::to_string(part->count) : "none";
}

std::string or_none(std::string const& value)
{
    return value.empty() ? "none" : visible_text(value);
}

void require_same(std::string const& what, std::string const& then, std::string const& now)
{
    if (then != now)
        throw usage_error{"the journal is of a run with " + what + " " + or_none(then) + ", which cannot go on with " +
                          or_none(now) + "; leave the option away, or begin another run"};
}

void give(command& to, std::string_view name, std::vector<std::string> values, std::string const& place)
{
    auto* const found = to.find(name);
    if (found == nullptr)
        throw usage_error{place + ": the run had the option --" + visible_text(name) +
                          ", which this version does not know"};
    if (!found->is_given() && !values.empty())
        found->give(origin::journal, std::move(values), place + ": --" + found->long_name());
}

bool is_told_by_the_record(std::string_view name)
{
    constexpr std::array<std::string_view, 5> names{"endpoint", "cloud", "api-version", "shard", "carry"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string joined(std::vector<std::string> const& names)
{
    std::string text;
    for (auto const& name : names)
        text += (text.empty() ? "" : ",") + name;
    return text;
}

}  // namespace

resumption::resumption(std::filesystem::path const& path)
    : journal_(path)
    , reader_(journal_)
    , known_(reader_)
    , whole_bytes_(reader_.whole_bytes())
    , before_(known_.sums())
{
}

journal_file resumption::take_journal(run_record const& process, journal_file_options options)
{
    std::string fault;
    try
    {
        return journal_file{std::move(journal_), whole_bytes_, process, options};
    }
    catch (boost::system::system_error const& error)
    {
        fault = error_text(error);
    }
    throw described_error(errc::journal_not_writable, std::move(fault));
}

void resumption::check_input(input_counts const& found)
{
    auto const missing = known_.unmet();
    if (missing == 0)
        return check_size(found);
    std::string names;
    std::size_t named = 0;
    journal_record record;
    reader_.rewind();
    while (named != most_named && reader_.next(record))
    {
        bool const is_whole = record.type == record_type::result || record.type == record_type::unprocessed ||
                              record.type == record_type::planned;
        auto& pair = record.settled.pair;
        if (!is_whole || !known_.is_unmet(pair))
            continue;
        names += (named == 0 ? "" : ", ") + visible_text(pair.job_id) + " " + visible_text(pair.task_id);
        if (!pair.source.empty())
            names += " (" + visible_text(pair.source) + ")";
        ++named;
        static_cast<void>(known_.meet(pair));  // so that it is not named twice
    }
    throw input_error{"the input lacks " + counted_text(missing, "pair", "pairs") + " that the journal knows: " +
                      names + (named < missing ? ", …" : "") + "; give the run's whole input again, in any order"};
}

// Pairs that no record names are known by their number.
void resumption::check_size(input_counts const& found) const
{
    auto const& before = known_.overview().input;
    if (!before.complete || !found.complete || found.pairs >= before.pairs)
        return;
    throw input_error{"the input has " + counted_text(found.pairs, "pair", "pairs") + ", and had " +
                      counted_text(before.pairs, "pair", "pairs") +
                      " when the run read it; give the run's whole input again, in any order"};
}

void apply_journal(command& to, run_record const& of, std::filesystem::path const& journal, token_place token)
{
    auto const place = journal.string();
    apply_variable(*to.find(token_file));
    for (auto option = of.options.begin(); option != of.options.end(); ++option)
    {
        auto const is_same = [&option](run_option const& other) { return other.name == option->name; };
        auto const* const found = to.find(option->name);
        bool const stays_behind = option->name == "journal" || (found != nullptr && found->is_of_process) ||
                                  (option->name == token_file && token == token_place::at_hand);
        if (stays_behind || is_told_by_the_record(option->name) || std::any_of(of.options.begin(), option, is_same))
            continue;
        std::vector<std::string> values;
        for (auto other = option; other != of.options.end(); ++other)
        {
            if (is_same(*other))
                values.push_back(other->value);
        }
        give(to, option->name, std::move(values), place);
    }
    give(to, "api-version", {of.api_version}, place);
    if (!of.carried.empty())
        give(to, "carry", {joined(of.carried)}, place);
    if (of.shard)
        give(to, "shard", {shard_text(of.shard)}, place);
    if (!is_simulated(of) && !to.find("cloud")->is_given())
        give(to, "endpoint", {of.endpoint}, place);
}

void find_input(run_options& options, journal_remainder const& known, terminal_facts const& terminal)
{
    auto& files = options.input.files;
    if (!files.empty())
        return;
    files = known.last_run().inputs;
    if (known.is_finished())
        return;
    if (terminal.stdin_is_terminal && std::find(files.begin(), files.end(), "-") != files.end())
        throw usage_error{
            "the run read its input from stdin; give the same input again, as a file or as \"-\" from a pipe"};
}

void check_same_run(run_options const& options, run_record const& begun)
{
    bool const simulated = is_simulated(begun);
    if (simulated != options.simulate)
        throw usage_error{simulated ? "the run was against the simulator, and cannot go on without --simulate"
                                    : "the run was against " + visible_text(begun.endpoint) +
                                          ", and cannot go on with --simulate"};
    if (!simulated)
        require_same("--endpoint", begun.endpoint, service_root(options).to_url());
    require_same("--api-version", begun.api_version, options.api_version);
    require_same("--shard", shard_text(begun.shard), shard_text(options.input.shard));
    require_same("--carry", joined(begun.carried), joined(options.input.rules.carry));
}

void check_same_tenant(service_access const& service, run_record const& begun)
{
    if (!begun.tenant.empty() && !service.token.tenant.empty())
        require_same("tenant", begun.tenant, service.token.tenant);
}

}  // namespace batch_cancel::cli
