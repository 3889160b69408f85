#include "journal/journal_fold.hpp"

#include "core/saturated_sum.hpp"
#include "journal/boot.hpp"

#include <batch_cancel/errc.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace batch_cancel::journal_format
{

using core::saturated_span;
using core::saturated_sum;

namespace
{

void add_up(input_counts& to, input_counts const& more) noexcept
{
    to.lines = saturated_sum(to.lines, more.lines);
    to.pairs = saturated_sum(to.pairs, more.pairs);
    to.duplicates = saturated_sum(to.duplicates, more.duplicates);
    to.rejected = saturated_sum(to.rejected, more.rejected);
    to.other_shards = saturated_sum(to.other_shards, more.other_shards);
    to.comments = saturated_sum(to.comments, more.comments);
}

// A process writes one result for each time that it is given a pair.
struct second_result
{
};

}  // namespace

journal_fold::journal_fold(std::string boot_now)
    : boot_now_(std::move(boot_now))
{
}

void journal_fold::add(journal_reader& journal)
{
    if (journals_.size() == most_journals)
        throw std::invalid_argument("journal_totals::add: too many journals");
    auto& overview = journals_.emplace_back();
    overview.path = journal.path();
    overview.in_use = journal.is_being_written();
    number_ = journals_.size();
    named_ = 0;
    process_.reset();
    last_pause_ = {};
    settled_here_.clear();
    given_again_.clear();
    journal_record record;
    try
    {
        while (journal.next(record))
            take(record, overview);
    }
    catch (second_result const&)
    {
        refuse_second(journal, record);
    }
    end_silently(boot_now_, overview.in_use);
    overview.torn_bytes = journal.torn_bytes();
    if (overview.input.lines == 0 && rejected_ > 0)  // no reading was noted
        overview.input.lines = overview.input.rejected = std::exchange(rejected_, 0);
    add_up(sums_.input, overview.input);
    sums_.input.complete = (journals_.size() == 1 || sums_.input.complete) && overview.input.complete;
    overview.unnamed = overview.input.pairs - std::min(overview.input.pairs, named_);
    sums_.unnamed = saturated_sum(sums_.unnamed, overview.unnamed);
}

journal_sums journal_fold::sums() const
{
    auto sums = sums_;
    result settled;
    for (pair_index::number known = 0; known != index_.size(); ++known)
    {
        auto const& state = index_[known];
        if (!state.settled)
        {
            ++sums.pairs.unprocessed;
            sums.unprocessed_ambiguous += state.ambiguous;
            continue;
        }
        settled.outcome = static_cast<outcome>(state.outcome);
        settled.reason = static_cast<reason>(state.reason);
        settled.ambiguous = state.ambiguous != 0;
        sums.pairs.count(settled);
    }
    auto const named = sums.pairs.settled() + sums.pairs.unprocessed;
    sums.unnamed = std::min(sums.unnamed, std::numeric_limits<std::uint64_t>::max() - named);
    sums.pairs.unprocessed += sums.unnamed;
    sums.pairs.pairs = named + sums.unnamed;
    if (journals_.size() > 1)  // which may have run at once
        sums.wall = saturated_span(first_start_, last_end_);
    return sums;
}

unsigned journal_fold::attempts_of(pair_index::number known) const noexcept
{
    auto const found = attempts_.find(known);
    return found == attempts_.end() ? 0 : found->second;
}

void journal_fold::take(journal_record const& record, journal_overview& overview)
{
    switch (record.type)
    {
    case record_type::run:
        return begin_process(record.run, overview);
    case record_type::planned:
        return plan(record.settled.pair);
    case record_type::begun:
        return begin(record.begun);
    case record_type::admitted:
        return admit(record.settled.pair);
    case record_type::waiting:
        return wait(record.settled.pair, record.settled.attempts, record.settled.ambiguous, false);
    case record_type::result:
        return settle(record.settled);
    case record_type::unprocessed:
        return wait(record.settled.pair, record.settled.pair.earlier_attempts, record.settled.pair.ambiguous, true);
    case record_type::rejected:
        ++rejected_;
        return;
    case record_type::pause:
        last_pause_ = {.until = record.paused_until, .length = record.paused_for};
        return;
    case record_type::input:
        return count_input(record.input, overview);
    case record_type::stop:
    case record_type::summary:
        end_process(overview, record.end);
        return;
    }
}

void journal_fold::begin_process(run_record const& run, journal_overview& overview)
{
    end_silently(run.boot_id, false);
    if (overview.processes == 0)
        overview.begun = run;
    else if (overview.begun.tenant.empty())
        overview.begun.tenant = run.tenant;
    ++overview.processes;
    first_start_ = std::min(first_start_, run.time);
    last_end_ = std::max(last_end_, run.time);
    planned_.clear();
    given_again_.clear();
    overview.has_end = false;
    rejected_ = 0;
    last_run_ = run;
    last_run_.tenant = overview.begun.tenant;
    process_ = process{.began = run.time, .last = run.time};
}

// The last complete reading counts. If all that it rejected is here, no earlier reading need be looked at for that.
void journal_fold::count_input(input_counts const& read, journal_overview& overview)
{
    if (read.complete || !overview.input.complete)
        overview.input = read;
    if (read.complete && read.rejected == rejected_)
        overview.rejected_since = overview.processes;
}

pair_state& journal_fold::named(pair_index::number known)
{
    auto& state = index_[known];
    if (state.journal == number_)
        return state;
    if (state.journal != 0)
        shared_.insert(known);
    if (!state.settled)
    {
        if (state.journal != 0)
            --journals_[state.journal - 1].open;
        ++journals_.back().open;
    }
    state.journal = number_ & most_journals;
    ++named_;
    return state;
}

void journal_fold::plan(pair const& planned)
{
    auto const known = index_.at(planned);
    planned_.push_back(known);
    auto& state = named(known);
    if (state.planned != 0 || is_settled_here(known))
        ++given_again_[known];
    state.planned = 1;
    if (planned.ambiguous)
        state.ambiguous = 1;
    may_be_planned_ = true;
}

void journal_fold::admit(pair const& admitted)
{
    named(index_.at(admitted)).in_flight = 1;
    may_be_in_flight_ = true;
}

void journal_fold::begin(std::uint64_t count)
{
    for (; count != 0 && !planned_.empty(); --count)
    {
        auto& state = index_[planned_.front()];
        state.in_flight = state.planned;
        planned_.pop_front();
    }
    may_be_in_flight_ = true;
}

void journal_fold::wait(pair const& left, unsigned attempts, bool ambiguous, bool is_left)
{
    auto const known = index_.at(left);
    auto& state = named(known);
    state.in_flight = 0;
    if (is_left)
    {
        state.planned = 0;
        state.left = 1;
    }
    if (ambiguous)
        state.ambiguous = 1;
    if (attempts == 0 || state.settled)
        return;
    state.begun = 1;
    auto const before = std::exchange(attempts_[known], attempts);
    if (process_)
        process_->attempts = saturated_sum(process_->attempts, attempts - std::min(attempts, before));
}

bool journal_fold::is_settled_here(pair_index::number known) const
{
    return is_shared(known) ? settled_here_.contains(known) : index_[known].settled != 0;
}

// The first, or another one if the pair was planned more than once.
bool journal_fold::takes_result(pair_index::number known)
{
    if (!is_settled_here(known))
    {
        if (is_shared(known))
            settled_here_.insert(known);
        return true;
    }
    auto const again = given_again_.find(known);
    return again != given_again_.end() && again->second != 0 && again->second-- != 0;
}

void journal_fold::settle(result const& settled)
{
    auto const known = index_.at(settled.pair);
    auto& state = named(known);
    if (!takes_result(known))
        throw second_result{};
    unsigned before = 0;
    if (auto const found = attempts_.find(known); found != attempts_.end())
    {
        before = found->second;
        attempts_.erase(found);
    }
    state.in_flight = 0;
    state.planned = 0;
    if (settled.ambiguous)
        state.ambiguous = 1;
    ambiguous_results_ += settled.ambiguous ? 1 : 0;
    if (state.settled)
        ++sums_.superseded;
    else
        --journals_.back().open;
    auto const time = state_time(settled.time);
    if (!state.settled || time >= state.time_ms)
    {
        state.settled = 1;
        state.time_ms = time & latest_ms;
        state.outcome = static_cast<unsigned>(settled.outcome) & 3u;
        state.reason = static_cast<unsigned>(settled.reason) & 15u;
    }
    sums_.latency.add(settled.latency);
    if (process_)
    {
        process_->attempts = saturated_sum(process_->attempts, settled.attempts - std::min(settled.attempts, before));
        ++process_->results;
        process_->last = std::max(process_->last, settled.time);
    }
}

// Lines are not kept for each pair: the journal is read once more.
void journal_fold::refuse_second(journal_reader& journal, journal_record const& second)
{
    journal.rewind();
    journal_record first;
    auto const known = index_.find(second.settled.pair);
    while (journal.next_but_begun(first) && first.line < second.line)
        if (first.type == record_type::result && index_.find(first.settled.pair) == known)
            break;
    throw described_error(errc::journal_not_readable,
                          journal.path().string() + ':' + std::to_string(second.line) +
                              ": a second result for the pair of line " + std::to_string(first.line) +
                              ", though the pair was planned once; if the line was added by hand, remove it");
}

// The process has told its end: all that it had written was on the disk then.
void journal_fold::end_process(journal_overview& overview, run_end const& end)
{
    overview.end = end;
    overview.has_end = true;
    sums_.requests.add(end.requests);
    sums_.wall = saturated_sum(sums_.wall, end.wall);
    sums_.cpu = saturated_sum(sums_.cpu, end.cpu);
    last_end_ = std::max(last_end_, end.time);
    process_.reset();
    take_flights(false);
}

// The process before has told no end, unless it is there already.
void journal_fold::end_silently(std::string const& boot_after, bool in_use)
{
    if (!process_)
        return;
    auto attempts = process_->attempts;
    if (!in_use)
        attempts = saturated_sum(attempts, take_flights(may_have_lost_writes(last_run_.boot_id, boot_after)));
    auto const retried = process_->attempts - std::min(process_->attempts, process_->results);
    sums_.requests.add({.sent = attempts, .attempts = attempts, .retried = retried});
    sums_.wall = saturated_sum(sums_.wall, saturated_span(process_->began, process_->last));
    last_end_ = std::max(last_end_, process_->last);
    process_.reset();
}

// Pairs in flight when their process ended are in flight no more, and may have been carried out.
std::uint64_t journal_fold::take_flights(bool writes_are_lost)
{
    bool const has_plans = std::exchange(may_be_planned_, false);
    if (!std::exchange(may_be_in_flight_, false) && !has_plans)
        return 0;
    std::uint64_t flights = 0;
    for (pair_index::number known = 0; known != index_.size(); ++known)
    {
        auto& state = index_[known];
        if (state.journal != number_)
            continue;
        if (state.in_flight != 0 && !state.settled)
        {
            auto& attempts = attempts_[known];
            attempts += attempts != std::numeric_limits<unsigned>::max() ? 1 : 0;
            ++flights;
        }
        if (state.in_flight != 0 || (writes_are_lost && state.planned != 0))
            state.ambiguous = state.begun = 1;
        state.in_flight = 0;
        state.planned = 0;
    }
    return flights;
}

}  // namespace batch_cancel::journal_format
