#include <batch_cancel/journal_totals.hpp>

#include "journal/pair_index.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

namespace batch_cancel
{

using journal_format::pair_state;

namespace
{

std::uint64_t milliseconds_of(std::chrono::system_clock::time_point time) noexcept
{
    auto const since = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(since, 0, (std::int64_t{1} << 44) - 1));
}

void add_up(request_totals& to, request_totals const& more) noexcept
{
    to.sent += more.sent;
    to.attempts += more.attempts;
    to.retried += more.retried;
    to.throttled += more.throttled;
    to.connections_opened += more.connections_opened;
}

void add_up(input_counts& to, input_counts const& more) noexcept
{
    to.lines += more.lines;
    to.pairs += more.pairs;
    to.duplicates += more.duplicates;
    to.rejected += more.rejected;
    to.other_shards += more.other_shards;
    to.comments += more.comments;
}

}  // namespace

class journal_totals::impl
{
public:
    void add(journal_reader& journal)
    {
        if (journals.size() == journal_format::most_journals)
            throw std::invalid_argument("journal_totals::add: too many journals");
        auto& overview = journals.emplace_back();
        overview.path = journal.path();
        overview.in_use = journal.is_being_written();
        number_ = journals.size();
        named_ = 0;
        process_.reset();
        journal_record record;
        while (journal.next(record))
            take(record, overview);
        end_process(overview);
        overview.torn_bytes = journal.torn_bytes();
        if (overview.input.lines == 0 && rejected_ > 0)  // no reading was noted
            overview.input.lines = overview.input.rejected = std::exchange(rejected_, 0);
        add_up(sums.input, overview.input);
        sums.input.complete = (journals.size() == 1 || sums.input.complete) && overview.input.complete;
        sums.unnamed += overview.input.pairs - std::min(overview.input.pairs, named_);
    }

    void count_pairs(journal_sums& into) const
    {
        index.for_each(
            [&](pair_state const& state)
            {
                if (!state.settled)
                {
                    ++into.pairs.unprocessed;
                    into.unprocessed_ambiguous += state.ambiguous;
                    return;
                }
                result settled;
                settled.outcome = static_cast<outcome>(state.outcome);
                settled.reason = static_cast<reason>(state.reason);
                settled.ambiguous = state.ambiguous != 0;
                into.pairs.count(settled);
            });
        into.pairs.unprocessed += into.unnamed;
        into.pairs.pairs = into.pairs.settled() + into.pairs.unprocessed;
    }

    bool stands(journal_record& record)
    {
        auto& settled = record.settled;
        if (record.type != record_type::result && record.type != record_type::unprocessed &&
            record.type != record_type::admitted)
            return false;
        auto& state = index[settled.pair];
        bool here = false;
        if (record.type == record_type::result)
            here = state.settled && is_standing(state, settled);
        else
            here = !state.settled && (record.type == record_type::unprocessed) == (state.left != 0);
        if (!here || state.handed_out)
            return false;
        state.handed_out = 1;
        settled.ambiguous = settled.pair.ambiguous = state.ambiguous != 0;
        return true;
    }

    std::vector<journal_overview> journals;
    journal_format::pair_index index;
    journal_sums sums;                   // its `pairs` are counted when they are asked for
    std::uint64_t ambiguous_results{0};  // results that say so themselves

private:
    // What is known of a process by its results.
    struct process
    {
        std::chrono::system_clock::time_point began{};
        std::chrono::system_clock::time_point last{};
        std::uint64_t attempts = 0;
        std::uint64_t results = 0;
    };

    void take(journal_record const& record, journal_overview& overview)
    {
        switch (record.type)
        {
        case record_type::run:
            end_process(overview);
            if (overview.processes == 0)
                overview.begun = record.run;
            ++overview.processes;
            overview.has_end = false;
            rejected_ = 0;
            process_ = process{.began = record.run.time, .last = record.run.time};
            return;
        case record_type::admitted:
            return admit(record.settled.pair);
        case record_type::result:
            return settle(record.settled);
        case record_type::unprocessed:
            return leave(record.settled.pair);
        case record_type::rejected:
            ++rejected_;
            return;
        case record_type::input:
            if (record.input.complete || !overview.input.complete)
                overview.input = record.input;
            return;
        case record_type::stop:
        case record_type::summary:
            end_process(overview, record.end);
            return;
        }
    }

    pair_state& named(pair const& pair)
    {
        auto& state = index[pair];
        if (state.journal != number_)
        {
            state.journal = number_ & journal_format::most_journals;
            ++named_;
        }
        return state;
    }

    void admit(pair const& admitted)
    {
        auto& state = named(admitted);
        state.in_flight = 1;
        if (admitted.ambiguous)
            state.ambiguous = 1;
        may_be_in_flight_ = true;
    }

    void leave(pair const& left)
    {
        auto& state = named(left);
        state.in_flight = 0;
        state.left = 1;
        if (left.ambiguous)
            state.ambiguous = 1;
    }

    void settle(result const& settled)
    {
        auto& state = named(settled.pair);
        state.in_flight = 0;
        if (settled.ambiguous)
            state.ambiguous = 1;
        ambiguous_results += settled.ambiguous ? 1 : 0;
        sums.superseded += state.settled;
        auto const time = milliseconds_of(settled.time);
        if (!state.settled || time >= state.time_ms)
        {
            state.settled = 1;
            state.time_ms = time & ((std::uint64_t{1} << 44) - 1);
            state.outcome = static_cast<unsigned>(settled.outcome) & 3u;
            state.reason = static_cast<unsigned>(settled.reason) & 15u;
        }
        sums.latency.add(settled.latency);
        if (process_)
        {
            process_->attempts += settled.attempts;
            ++process_->results;
            process_->last = std::max(process_->last, settled.time);
        }
    }

    static bool is_standing(pair_state const& state, result const& settled) noexcept
    {
        return state.time_ms == milliseconds_of(settled.time) &&
               state.outcome == static_cast<unsigned>(settled.outcome) &&
               state.reason == static_cast<unsigned>(settled.reason);
    }

    // The process has told its end.
    void end_process(journal_overview& overview, run_end const& end)
    {
        overview.end = end;
        overview.has_end = true;
        add_up(sums.requests, end.requests);
        sums.wall += end.wall;
        sums.cpu += end.cpu;
        process_.reset();
    }

    // The process before has told no end, unless it is there already.
    void end_process(journal_overview const& overview)
    {
        if (process_)
        {
            auto const retried = process_->attempts - std::min(process_->attempts, process_->results);
            add_up(sums.requests, {.sent = process_->attempts, .attempts = process_->attempts, .retried = retried});
            sums.wall += process_->last - process_->began;
            process_.reset();
        }
        if (!std::exchange(may_be_in_flight_, false))
            return;
        index.for_each(
            [&](pair_state& state)
            {
                if (state.journal == number_ && state.in_flight)
                {
                    state.in_flight = 0;
                    if (!overview.in_use)
                        state.ambiguous = 1;
                }
            });
    }

    std::size_t number_{0};   // of the journal that is being read
    std::uint64_t named_{0};  // pairs that its records name
    std::uint64_t rejected_{0};
    std::optional<process> process_;  // the one at work at this place of the journal, until it tells its end
    bool may_be_in_flight_{false};
};

journal_totals::journal_totals()
    : impl_(std::make_unique<impl>())
{
}

journal_totals::journal_totals(journal_totals&&) noexcept = default;
journal_totals& journal_totals::operator=(journal_totals&&) noexcept = default;
journal_totals::~journal_totals() = default;

void journal_totals::add(journal_reader& journal)
{
    impl_->add(journal);
}

std::vector<journal_overview> const& journal_totals::journals() const noexcept
{
    return impl_->journals;
}

journal_sums journal_totals::sums() const
{
    auto sums = impl_->sums;
    impl_->count_pairs(sums);
    return sums;
}

void journal_totals::begin_pass()
{
    impl_->index.for_each([](pair_state& state) { state.handed_out = 0; });
}

bool journal_totals::stands(journal_record& record)
{
    return impl_->stands(record);
}

bool journal_totals::is_plain() const
{
    auto const now = sums();
    return now.superseded == 0 && now.pairs.unprocessed == now.unnamed &&
           now.pairs.ambiguous == impl_->ambiguous_results;
}

}  // namespace batch_cancel
