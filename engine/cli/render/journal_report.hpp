#pragma once

#include <batch_cancel/journal_reader.hpp>
#include <batch_cancel/journal_totals.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::cli
{

/** Which pairs a report lists. Its summary is always about all of them. */
enum class selection : std::uint8_t
{
    all,
    accepted,
    conflict,
    failed,
    unprocessed,
    ambiguous,
};

/** Find a selection by its name; `all` has none. */
std::optional<selection> selection_from(std::string_view name) noexcept;

/** What a report says about a run as a whole. */
struct report_facts
{
    /** In the order in which they were given; at least one. */
    std::vector<journal_overview> journals{};
    journal_sums sums{};
    /** Names of the carried columns of all journals. */
    std::vector<std::string> carried{};
};

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
    the journals each time that they are wanted. */
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

private:
    void take_columns(run_record const& run);

    std::vector<journal_reader> readers_;
    journal_totals totals_;
    report_facts facts_;
    bool plain_{false};
};

}  // namespace batch_cancel::cli
