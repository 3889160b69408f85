#include "cli/render/journal_report.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

constexpr std::array<std::pair<std::string_view, selection>, 5> selections{{
    {"accepted", selection::accepted},
    {"conflict", selection::conflict},
    {"failed", selection::failed},
    {"unprocessed", selection::unprocessed},
    {"ambiguous", selection::ambiguous},
}};

bool is_selected(selection wanted, result const& settled, bool is_unprocessed) noexcept
{
    switch (wanted)
    {
    case selection::all:
        return true;
    case selection::accepted:
        return !is_unprocessed && settled.outcome == outcome::accepted;
    case selection::conflict:
        return !is_unprocessed && settled.outcome == outcome::conflict;
    case selection::failed:
        return !is_unprocessed && settled.outcome == outcome::failed;
    case selection::unprocessed:
        return is_unprocessed;
    case selection::ambiguous:
        return settled.ambiguous;
    }
    return false;
}

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

// Where the values of a journal's carried columns stand among those of all journals.
std::vector<std::size_t> places_of(std::vector<std::string> const& columns,
                                   std::unordered_map<std::string_view, std::size_t> const& all)
{
    std::vector<std::size_t> places;
    for (auto const& name : columns)
    {
        auto const found = all.find(name);
        places.push_back(found != all.end() ? found->second : all.size());
    }
    return places;
}

}  // namespace

std::optional<selection> selection_from(std::string_view name) noexcept
{
    for (auto const& [known, value] : selections)
    {
        if (known == name)
            return value;
    }
    return std::nullopt;
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
}

void journal_report::take_columns(run_record const& run)
{
    std::unordered_set<std::string_view> known(facts_.carried.begin(), facts_.carried.end());
    std::vector<std::string> added;
    for (auto const& name : run.carried)
    {
        if (known.insert(name).second)
            added.push_back(name);
    }
    std::move(added.begin(), added.end(), std::back_inserter(facts_.carried));
}

void journal_report::for_each(selection wanted, std::function<void(report_row const&)> const& take)
{
    if (!plain_)
        totals_.begin_pass();
    std::vector<std::string_view> carried(facts_.carried.size());
    std::unordered_map<std::string_view, std::size_t> columns;
    for (auto const& name : facts_.carried)
        columns.try_emplace(name, columns.size());
    std::vector<std::size_t> places;
    journal_record record;
    for (auto& reader : readers_)
    {
        reader.rewind();
        while (plain_ ? reader.next_but_begun(record) : reader.next(record))
        {
            if (record.type == record_type::run)
                places = places_of(record.run.carried, columns);
            if (plain_ ? record.type != record_type::result : !totals_.stands(record))
                continue;
            bool const is_unprocessed = record.type != record_type::result;
            if (!is_selected(wanted, record.settled, is_unprocessed))
                continue;
            if (is_unprocessed)
                forget_outcome(record.settled);
            std::fill(carried.begin(), carried.end(), std::string_view());
            for (std::size_t i = 0; i < places.size() && i < record.settled.pair.carried.size(); ++i)
            {
                if (places[i] < carried.size())
                    carried[places[i]] = record.settled.pair.carried[i];
            }
            take({.settled = record.settled, .is_unprocessed = is_unprocessed, .carried = carried});
        }
    }
}

}  // namespace batch_cancel::cli
