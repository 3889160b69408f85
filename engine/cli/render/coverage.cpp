#include "cli/render/coverage.hpp"

#include "cli/render/number_text.hpp"
#include "cli/render/visible_text.hpp"

#include <map>

namespace batch_cancel::cli
{

namespace
{

using numbers = std::map<unsigned, unsigned>;  // of shards, and how often each is there

// Shards that are missing are said in spans, since someone may have asked for one of a million.
void check_numbers(unsigned count, numbers const& there, std::vector<std::string>& faults)
{
    unsigned expected = 1;
    auto const missing_before = [&](unsigned next)
    {
        if (expected + 1 == next)
            faults.push_back(shard_name({expected, count}) + " is missing");
        else if (expected != next)
            faults.push_back("shards " + std::to_string(expected) + " to " + std::to_string(next - 1) + " of " +
                             std::to_string(count) + " are missing");
    };
    for (auto const& [number, times] : there)
    {
        missing_before(number);
        expected = number + 1;
        if (times != 1)
            faults.push_back(shard_name({number, count}) + " is there " + std::to_string(times) + " times");
    }
    missing_before(count + 1);
}

}  // namespace

std::string shard_name(shard const& part)
{
    return "shard " + std::to_string(part.number) + " of " + std::to_string(part.count);
}

std::string gap_text(journal_overview const& journal)
{
    auto const left = journal.open + journal.unnamed;
    if (journal.input.complete && left == 0)
        return {};
    auto text = visible_text(journal.path.string());
    if (journal.begun.shard)
        text += " (" + shard_name(*journal.begun.shard) + ")";
    text += ": ";
    if (left != 0)
        text += counted_text(left, "pair has", "pairs have") + " no outcome";
    if (left != 0 && journal.unnamed != 0)
        text += ", " + grouped_text(journal.unnamed) + " of them not named in it";
    if (journal.input.complete)
        return text;
    return text + (left != 0 ? ", and its" : "its") +
           " input was not seen to its end: pairs that it does not name may be missing here, it is not known how many";
}

bool is_finished(journal_overview const& journal, std::size_t journals)
{
    bool const has_finished = journal.has_end && journal.end.stopped_by.empty();
    return !journal.in_use && gap_text(journal).empty() && (has_finished || journals > 1);
}

std::vector<std::string> shard_faults(std::vector<journal_overview> const& journals)
{
    std::vector<std::string> faults;
    std::map<unsigned, numbers> there;                  // by the number of shards
    std::map<unsigned, journal_overview const*> whole;  // the first of each that knows its input
    for (auto const& journal : journals)
    {
        if (!journal.begun.shard)
            continue;
        auto const count = journal.begun.shard->count;
        ++there[count][journal.begun.shard->number];
        if (!journal.input.complete)
            continue;
        auto const& first = *whole.emplace(count, &journal).first->second;
        if (first.input.lines != journal.input.lines)
            faults.push_back(shard_name(*first.begun.shard) + " had " +
                             counted_text(first.input.lines, "line", "lines") + " of input, " +
                             shard_name(*journal.begun.shard) + " had " + grouped_text(journal.input.lines) +
                             ": they did not share one input");
    }
    for (auto const& [count, numbers_there] : there)
        check_numbers(count, numbers_there, faults);
    return faults;
}

}  // namespace batch_cancel::cli
