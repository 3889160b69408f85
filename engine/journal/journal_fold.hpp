#pragma once

#include "journal/pair_index.hpp"

#include <batch_cancel/journal_reader.hpp>
#include <batch_cancel/journal_totals.hpp>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::journal_format
{

/** Folds the records of journals into what is known of each pair, and of the runs.

    A process that did not write its end has left pairs in flight: those that were begun or admitted and have no later record.
    If the machine was started again before the next process, or before now, any that were planned may have been in flight
    too. */
class journal_fold
{
public:
    /** @param boot_now  As current_boot_id. */
    explicit journal_fold(std::string boot_now);

    /** Read a journal to its end. Throws as journal_reader::next, also if a pair has more results in it than its process was
        given it; std::invalid_argument: too many journals. */
    void add(journal_reader& journal);

    /** One entry a journal. */
    std::vector<journal_overview> const& journals() const noexcept
    {
        return journals_;
    }

    journal_sums sums() const;

    pair_index& index() noexcept
    {
        return index_;
    }

    /** Attempts for a pair that has no outcome, the one in flight when its process ended included. 0 if there are none. */
    unsigned attempts_of(pair_index::number known) const noexcept;

    /** Tell whether several journals name the pair. */
    bool is_shared(pair_index::number known) const
    {
        return shared_.contains(known);
    }

    /** Results that say themselves that they are ambiguous. */
    std::uint64_t ambiguous_results() const noexcept
    {
        return ambiguous_results_;
    }

    /** The record of the last process of the last journal, with the first tenant that a process of its run knew. */
    run_record const& last_run() const noexcept
    {
        return last_run_;
    }

    /** That the service asked everyone to wait. */
    struct pause
    {
        std::chrono::system_clock::time_point until{};
        std::chrono::milliseconds length{};
    };

    /** The last that the last journal tells of. */
    pause const& last_pause() const noexcept
    {
        return last_pause_;
    }

private:
    // What is known of a process by its results.
    struct process
    {
        std::chrono::system_clock::time_point began{};
        std::chrono::system_clock::time_point last{};
        std::uint64_t attempts = 0;
        std::uint64_t results = 0;
    };

    void take(journal_record const& record, journal_overview& overview);
    void begin_process(run_record const& run, journal_overview& overview);
    void count_input(input_counts const& read, journal_overview& overview);
    pair_state& named(pair_index::number known);
    void plan(pair const& planned);
    void begin(std::uint64_t count);
    void admit(pair const& admitted);
    void wait(pair const& left, unsigned attempts, bool ambiguous, bool is_left);
    bool is_settled_here(pair_index::number known) const;
    bool takes_result(pair_index::number known);
    void settle(result const& settled);
    [[noreturn]] void refuse_second(journal_reader& journal, journal_record const& second);
    void end_process(journal_overview& overview, run_end const& end);
    void end_silently(std::string const& boot_after, bool in_use);
    std::uint64_t take_flights(bool writes_are_lost);

    std::string boot_now_;
    std::vector<journal_overview> journals_;
    pair_index index_;
    journal_sums sums_;  // its `pairs` are counted when they are asked for
    boost::unordered_flat_map<pair_index::number, unsigned> attempts_;
    boost::unordered_flat_set<pair_index::number> shared_;  // named by several journals
    std::uint64_t ambiguous_results_{0};
    std::chrono::system_clock::time_point first_start_{std::chrono::system_clock::time_point::max()};
    std::chrono::system_clock::time_point last_end_{std::chrono::system_clock::time_point::min()};
    run_record last_run_;
    pause last_pause_;

    // Shared pairs with a result in the journal that is being read.
    boost::unordered_flat_set<pair_index::number> settled_here_;
    // Pairs that the process at work was given more than once, and how many more results of them may come.
    boost::unordered_flat_map<pair_index::number, std::uint64_t> given_again_;
    std::uint64_t number_{0};                 // of the journal that is being read
    std::uint64_t named_{0};                  // pairs that its records name
    std::deque<pair_index::number> planned_;  // by the process at work, and not begun
    std::uint64_t rejected_{0};
    std::optional<process> process_;  // the one at work at this place of the journal, until it tells its end
    bool may_be_in_flight_{false};
    bool may_be_planned_{false};
};

}  // namespace batch_cancel::journal_format
