#pragma once

#include "cli/render/selection.hpp"

#include <batch_cancel/journal_reader.hpp>
#include <batch_cancel/journal_totals.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace batch_cancel::cli
{

/** Rejected lines by their cause. Of very many causes the first ones are kept, and `other_causes` has the rest. */
class rejection_counts
{
public:
    static constexpr std::string_view other_causes = "other causes";

    void add(std::string_view cause);

    std::map<std::string, std::uint64_t, std::less<>> const& by_cause() const noexcept
    {
        return by_cause_;
    }

    /** All of them. */
    std::uint64_t count() const noexcept
    {
        return count_;
    }

private:
    std::map<std::string, std::uint64_t, std::less<>> by_cause_;
    std::uint64_t count_{0};
};

/** What a report says about a run as a whole. */
struct report_facts
{
    /** In the order in which they were given; at least one. */
    std::vector<journal_overview> journals{};
    journal_sums sums{};
    /** Names of the carried columns of all journals. */
    std::vector<std::string> carried{};
    /** Rejected lines that the journals name. Fewer than `sums.input.rejected` if a process ended before it came to them. */
    rejection_counts rejections{};
};

/** Tell whether the runs were against the simulator. */
bool is_rehearsal(report_facts const& facts) noexcept;

/** One line of a report. */
struct report_row
{
    /** Without meaning beyond pair, attempts and ambiguity if it is unprocessed. */
    result const& settled;
    bool is_unprocessed = false;
    /** Values by `report_facts::carried`. */
    std::vector<std::string_view> const& carried;
};

/** What the journals of one or several runs say together. Results are never held in memory: they are read again from
    the journals each time that they are wanted. Of pairs that several journals name, the carried values are held. */
class journal_report
{
public:
    /** Read the journals, at least one, to their ends.
        @par Errors  Throws system_error, as journal_reader. */
    explicit journal_report(std::vector<journal_reader> journals);

    report_facts const& facts() const noexcept
    {
        return facts_;
    }

    /** Read the selected pairs once more, each once, in the order of the journals. */
    void for_each(selection wanted, std::function<void(report_row const&)> const& take);

    /** Read the rejected lines once more, each once. */
    void for_each_rejected(std::function<void(rejected_line const&)> const& take);

private:
    void take_columns(run_record const& run);
    void keep_shared_values();
    void keep_values(pair const& of, std::vector<std::size_t> const& places);
    void fill_in(pair const& of, std::vector<std::string_view>& carried) const;

    std::vector<journal_reader> readers_;
    journal_totals totals_;
    report_facts facts_;
    // Of carried columns, by their names in lower case: a report must be input again, which finds names in any case.
    std::unordered_map<std::string, std::size_t> places_;
    // By journal_totals::shared_number: a retry's results need not carry what the first run's did.
    std::unordered_map<std::uint64_t, std::vector<std::string>> shared_values_;
    bool plain_{false};
};

}  // namespace batch_cancel::cli
