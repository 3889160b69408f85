#include "cli/render/journal_report.hpp"

#include "cli/input/columns.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

// An unprocessed pair has no outcome: what an earlier record left in the reused one must not show.
void forget_outcome(result& settled)
{
    settled.status = 0;
    settled.reason = reason::none;
    settled.attempts = settled.pair.earlier_attempts;
    for (auto* text : {&settled.service_status, &settled.message, &settled.error_code, &settled.request_id,
                       &settled.client_request_id})
        text->clear();
    settled.retry_after.reset();
    settled.latency = {};
    settled.total = {};
    settled.time = {};
}

// Where the columns of a journal stand among those of all journals.
std::vector<std::size_t> places_of(std::vector<std::string> const& columns,
                                   std::unordered_map<std::string, std::size_t> const& all)
{
    std::vector<std::size_t> places;
    for (auto const& name : columns)
    {
        auto const found = all.find(in_lower_case(name));
        places.push_back(found != all.end() ? found->second : all.size());
    }
    return places;
}

// Those that say more of a pair than its ids.
bool has_carried(record_type type) noexcept
{
    return type == record_type::result || type == record_type::planned || type == record_type::waiting ||
           type == record_type::unprocessed;
}

// Which file the records of a process mean, since a resume names by its whole path what the run was given by a shorter one:
// the one of its inputs, which are whole paths, that ends in this name. They are of one folder, so the shortest one is meant.
std::string whole_path(std::string const& file, std::vector<std::string> const& inputs)
{
    std::string found;
    for (auto const& input : inputs)
    {
        if (input == file)
            return std::filesystem::path(file).lexically_normal().string();
        if (input.ends_with('/' + file) && (found.empty() || input.size() < found.size()))
            found = input;
    }
    return found.empty() ? file : std::filesystem::path(found).lexically_normal().string();
}

// A line that processes of a run have rejected, by its whole path, its number and the cause.
using rejected_once = std::tuple<std::string, std::uint64_t, std::string>;

}  // namespace

void rejection_counts::add(std::string_view cause)
{
    constexpr std::size_t most_causes = 50;
    ++count_;
    auto found = by_cause_.find(cause);
    if (found == by_cause_.end())
        found = by_cause_.emplace(by_cause_.size() < most_causes ? cause : other_causes, 0).first;
    ++found->second;
}

bool is_rehearsal(report_facts const& facts) noexcept
{
    return std::any_of(facts.journals.begin(), facts.journals.end(),
                       [](journal_overview const& each) { return is_simulated(each.begun); });
}

journal_report::journal_report(std::vector<journal_reader> journals)
    : readers_(std::move(journals))
{
    for (auto& reader : readers_)
        totals_.add(reader);
    facts_.journals = totals_.journals();
    facts_.sums = totals_.sums();
    plain_ = totals_.is_plain();
    for (auto const& journal : facts_.journals)
        take_columns(journal.begun);
    keep_shared_values();
    for_each_rejected([this](rejected_line const& line) { facts_.rejections.add(line.cause); });
}

void journal_report::take_columns(run_record const& run)
{
    for (auto const& name : run.carried)
    {
        if (places_.try_emplace(in_lower_case(name), facts_.carried.size()).second)
            facts_.carried.push_back(name);
    }
}

void journal_report::keep_shared_values()
{
    if (readers_.size() == 1 || facts_.carried.empty())
        return;
    std::vector<std::size_t> places;
    journal_record record;
    for (auto& reader : readers_)
    {
        reader.rewind();
        while (reader.next(record))
        {
            if (record.type == record_type::run)
                places = places_of(record.run.carried, places_);
            else if (has_carried(record.type) && !places.empty())
                keep_values(record.settled.pair, places);
        }
    }
}

// Of two journals that have a value, the later one has it.
void journal_report::keep_values(pair const& of, std::vector<std::size_t> const& places)
{
    auto const number = totals_.shared_number(of);
    if (!number)
        return;
    auto& kept = shared_values_[*number];
    kept.resize(facts_.carried.size());
    for (std::size_t i = 0; i < places.size() && i < of.carried.size(); ++i)
    {
        if (places[i] < kept.size() && !of.carried[i].empty())
            kept[places[i]] = of.carried[i];
    }
}

void journal_report::fill_in(pair const& of, std::vector<std::string_view>& carried) const
{
    if (shared_values_.empty())
        return;
    auto const number = totals_.shared_number(of);
    auto const found = number ? shared_values_.find(*number) : shared_values_.end();
    if (found == shared_values_.end())
        return;
    for (std::size_t i = 0; i < carried.size(); ++i)
    {
        if (carried[i].empty())
            carried[i] = found->second[i];
    }
}

void journal_report::for_each(selection wanted, std::function<void(report_row const&)> const& take)
{
    if (!plain_)
        totals_.begin_pass();
    std::vector<std::string_view> carried(facts_.carried.size());
    std::vector<std::size_t> places;
    journal_record record;
    for (auto& reader : readers_)
    {
        reader.rewind();
        while (plain_ ? reader.next_but_begun(record) : reader.next(record))
        {
            if (record.type == record_type::run)
                places = places_of(record.run.carried, places_);
            if (plain_ ? record.type != record_type::result : !totals_.stands(record))
                continue;
            bool const is_unprocessed = record.type != record_type::result;
            if (is_unprocessed ? !wanted.has_unprocessed(record.settled.ambiguous) : !wanted.has_result(record.settled))
                continue;
            if (is_unprocessed)
                forget_outcome(record.settled);
            std::fill(carried.begin(), carried.end(), std::string_view());
            for (std::size_t i = 0; i < places.size() && i < record.settled.pair.carried.size(); ++i)
            {
                if (places[i] < carried.size())
                    carried[places[i]] = record.settled.pair.carried[i];
            }
            fill_in(record.settled.pair, carried);
            take({.settled = record.settled, .is_unprocessed = is_unprocessed, .carried = carried});
        }
    }
}

void journal_report::for_each_rejected(std::function<void(rejected_line const&)> const& take)
{
    journal_record record;
    for (std::size_t i = 0; i < readers_.size(); ++i)
    {
        auto const& journal = facts_.journals[i];
        if (journal.input.rejected == 0)
            continue;
        bool const may_repeat = journal.processes > journal.rejected_since;
        std::map<rejected_once, std::uint64_t> seen;  // and the first process that did; none does so twice
        std::vector<std::string> inputs;
        std::uint64_t process = 0;
        readers_[i].rewind();
        while (readers_[i].next_but_results(record))
        {
            if (record.type == record_type::run)
            {
                ++process;
                inputs = record.run.inputs;
            }
            if (record.type != record_type::rejected || process < journal.rejected_since)
                continue;
            auto const& line = record.rejected;
            if (may_repeat &&
                seen.try_emplace({whole_path(line.file, inputs), line.line, line.cause}, process).first->second !=
                    process)
                continue;
            take(line);
        }
    }
}

}  // namespace batch_cancel::cli
