// A whole journal: what can be read of any bytes, of a torn end, and what it adds up to.
#include "fuzz/fuzzed_input.hpp"
#include "fuzz/memory_file.hpp"
#include "fuzz/written_record.hpp"
#include "journal/record_writer.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/journal_reader.hpp>
#include <batch_cancel/journal_remainder.hpp>
#include <batch_cancel/journal_totals.hpp>

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace batch_cancel;
using fuzz::expect;

namespace
{

/** What was read of a journal, a line of text for each record. */
struct reading
{
    std::vector<std::string> records{};
    std::vector<record_type> types{};
    /** Empty: it was read to its end. */
    std::string fault{};
    std::uint64_t whole_bytes = 0;
    std::uint64_t torn_bytes = 0;
};

std::string described(journal_record const& record)
{
    journal_format::record_writer writer(record.settled.pair.carried);
    fuzz::write(writer, record);
    return std::string(writer.text());
}

reading read(fuzz::memory_file const& file, bool (journal_reader::*next)(journal_record&))
{
    reading found;
    journal_reader reader(file.path());
    journal_record record;
    try
    {
        while ((reader.*next)(record))
        {
            found.records.push_back(described(record));
            found.types.push_back(record.type);
        }
        found.torn_bytes = reader.torn_bytes();
    }
    catch (boost::system::system_error const& error)
    {
        expect(error.code() == errc::journal_not_readable, "what is no journal is told as that");
        found.fault = error.what();
        expect(found.fault.find(file.path().string() + ':') != std::string::npos, "a bad line is told with its number");
    }
    found.whole_bytes = reader.whole_bytes();
    return found;
}

void check_whole(reading const& found, std::string_view text)
{
    if (!found.fault.empty())
        return;
    expect(found.whole_bytes + found.torn_bytes == text.size(), "every byte is of a whole line or of the torn one");
    expect(found.whole_bytes != 0 && text[found.whole_bytes - 1] == '\n', "a whole line has its end");
    expect(text.substr(found.whole_bytes).find('\n') == std::string_view::npos, "a torn line has no end");
    auto const lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    expect(found.records.size() == lines, "every whole line is a record");
    expect(found.types.front() == record_type::run, "a journal begins with its run");
}

// What is read of the front part of a file is the front part of what is read of the file.
void check_torn(reading const& found, reading const& torn)
{
    if (torn.fault.empty())
    {
        expect(torn.records.size() <= found.records.size() &&
                   std::equal(torn.records.begin(), torn.records.end(), found.records.begin()),
               "a torn end changes no record before it");
        return;
    }
    bool const is_nothing_whole = torn.records.empty();
    expect(is_nothing_whole || !found.fault.empty(), "a journal that can be read can be read when it is cut");
}

bool is_begun(record_type type)
{
    return type == record_type::admitted || type == record_type::begun || type == record_type::planned;
}

void check_without_begun(reading const& found, reading const& quick)
{
    if (!found.fault.empty())
        return;
    // Such records of another form than ours are read all the same.
    std::vector<std::string> others;
    std::vector<std::string> quick_others;
    for (std::size_t i = 0; i < found.records.size(); ++i)
        if (!is_begun(found.types[i]))
            others.push_back(found.records[i]);
    for (std::size_t i = 0; i < quick.records.size(); ++i)
        if (!is_begun(quick.types[i]))
            quick_others.push_back(quick.records[i]);
    expect(quick.fault.empty() && others == quick_others, "passing over what was begun leaves out nothing else");
}

std::string comparable(std::string_view id)
{
    std::string out(id);
    auto const is_hyphen = [](std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; };
    bool is_guid = id.size() == 36;
    for (std::size_t i = 0; is_guid && i < id.size(); ++i)
        is_guid = is_hyphen(i) ? id[i] == '-'
                               : std::string_view("0123456789abcdefABCDEF").find(id[i]) != std::string_view::npos;
    if (is_guid)
        std::transform(out.begin(), out.end(), out.begin(), [](char c) { return static_cast<char>(c | 0x20); });
    return out;
}

bool names_pair(record_type type)
{
    return type == record_type::planned || type == record_type::admitted || type == record_type::result ||
           type == record_type::waiting || type == record_type::unprocessed;
}

using pair_ids = std::pair<std::string, std::string>;

pair_ids ids_of(journal_record const& record)
{
    auto const& about = record.settled.pair;
    return {comparable(about.job_id), comparable(about.task_id)};
}

// 0 if no pair has more results than the process that wrote them was given it.
std::uint64_t line_of_second_result(fuzz::memory_file const& file)
{
    journal_reader reader(file.path());
    std::set<pair_ids> settled;
    std::set<pair_ids> planned;
    std::map<pair_ids, unsigned> given_again;
    for (journal_record record; reader.next(record);)
    {
        if (record.type == record_type::run)
        {
            planned.clear();
            given_again.clear();
        }
        if (!names_pair(record.type))
            continue;
        auto const ids = ids_of(record);
        if (record.type == record_type::planned && (!planned.insert(ids).second || settled.contains(ids)))
            ++given_again[ids];
        if (record.type == record_type::unprocessed || record.type == record_type::result)
            planned.erase(ids);
        if (record.type == record_type::result && !settled.insert(ids).second && given_again[ids]-- == 0)
            return record.line;
    }
    return 0;
}

// What adds up a journal refuses one with too many results of a pair, at the first of those.
template <class Add>
bool adds_up(fuzz::memory_file const& file, Add add)
{
    auto const second = line_of_second_result(file);
    journal_reader reader(file.path());
    try
    {
        add(reader);
    }
    catch (boost::system::system_error const& error)
    {
        expect(error.code() == errc::journal_not_readable, "what is no journal is told as that");
        expect(second != 0, "a journal with one result for each pair adds up");
        auto const place = ':' + std::to_string(second) + ": a second result";
        expect(std::string_view(error.what()).find(place) != std::string_view::npos,
               "a second result is told with its line");
        return false;
    }
    expect(second == 0, "a journal has one result for each pair");
    return true;
}

void check_remainder(fuzz::memory_file const& file)
{
    using standing = journal_remainder::standing;
    journal_reader reader(file.path());
    journal_remainder known(reader);
    std::map<pair_ids, bool> settled;
    reader.rewind();
    journal_record record;
    while (reader.next(record))
    {
        if (!names_pair(record.type))
            continue;
        settled[ids_of(record)] |= record.type == record_type::result;
    }
    expect(known.unmet() == settled.size(), "every pair that a record names is known");
    for (auto begun : known.begun())
    {
        expect(begun.earlier_attempts != 0 || begun.ambiguous, "a pair that was begun has attempts, or is in doubt");
        expect(known.meet(begun) == standing::begun, "a pair that was begun is sent without the input");
    }
    for (auto const& [ids, has_result] : settled)
    {
        pair read{.job_id = ids.first, .task_id = ids.second};
        auto const found = known.meet(read);
        expect(!has_result || found == standing::settled, "a pair that has an outcome is never sent again");
        expect(has_result || found != standing::settled, "a pair without outcome is not taken for settled");
    }
    expect(known.unmet() == 0, "when all pairs were met, none is missing");
}

void check_totals(fuzz::memory_file const& file)
{
    journal_reader reader(file.path());
    journal_totals totals;
    totals.add(reader);
    auto const sums = totals.sums();
    auto const& pairs = sums.pairs;
    expect(pairs.pairs == pairs.settled() + pairs.unprocessed, "every pair has an outcome or is unprocessed");
    expect(pairs.ambiguous <= pairs.settled(), "who is ambiguous has an outcome");
    std::uint64_t by_reason = 0;
    for (auto const count : pairs.failed_by_reason)
        by_reason += count;
    expect(by_reason == pairs.failed, "who failed has a reason");

    std::map<pair_ids, unsigned> handed_out;
    pair_totals standing;
    std::uint64_t left = 0;
    totals.begin_pass();
    reader.rewind();
    journal_record record;
    while (reader.next(record))
    {
        bool const is_about_pair = names_pair(record.type);
        bool const stands = totals.stands(record);
        expect(is_about_pair || !stands, "what stands for a pair is about a pair");
        if (!is_about_pair)
            continue;
        handed_out[ids_of(record)] += stands ? 1 : 0;
        if (!stands)
            continue;
        if (record.type == record_type::result)
            standing.count(record.settled);
        else
            ++left;
    }
    expect(std::all_of(handed_out.begin(), handed_out.end(), [](auto const& each) { return each.second == 1; }),
           "one record stands for each pair");
    expect(standing.accepted == pairs.accepted && standing.conflict == pairs.conflict &&
               standing.failed == pairs.failed && standing.ambiguous == pairs.ambiguous &&
               standing.failed_by_reason == pairs.failed_by_reason,
           "the totals are those of the records that stand");
    expect(left + sums.unnamed == pairs.unprocessed, "who has no outcome is unprocessed");
    if (totals.is_plain())
        expect(left == 0, "where every record stands, no pair is left");
}

// The run that the processes of the seeds go on with.
std::string run_line(std::vector<std::string> const& carried)
{
    journal_format::record_writer writer(carried);
    writer.run({.run_id = "r1",
                .endpoint = "https://graph.microsoft.com",
                .api_version = "v1.0",
                .carried = carried,
                .shard = shard{.number = 2, .count = 4}});
    return std::string(writer.text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static fuzz::memory_file file;
    static std::array<std::string, 3> const beginnings{"", run_line({}), run_line({"upn"})};
    fuzz::fuzzed_input input(data, size);
    auto text = beginnings[input.choice(beginnings.size())];
    auto const kind = input.choice(4);
    auto const cut_at = input.choice(256) * 256 + input.choice(256);
    text += input.content();
    file.write(text);
    auto const found = read(file, &journal_reader::next);
    check_whole(found, text);
    switch (kind)
    {
    case 0:
        if (found.fault.empty() && adds_up(file, [](journal_reader& reader) { journal_totals().add(reader); }))
            check_totals(file);
        break;
    case 1:
        file.write(std::string_view(text).substr(0, std::min(cut_at, text.size())));
        check_torn(found, read(file, &journal_reader::next));
        break;
    case 2:
        if (found.fault.empty() && adds_up(file, [](journal_reader& reader) { journal_remainder{reader}; }))
            check_remainder(file);
        break;
    default:
        check_without_begun(found, read(file, &journal_reader::next_but_begun));
        break;
    }
    return 0;
}
