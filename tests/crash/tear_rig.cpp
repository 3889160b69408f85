#include "rig.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/journal_reader.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace batch_cancel::crash
{

namespace
{

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr std::size_t records = 2000;

// A journal of a run that was killed and resumed, of so many records at most.
struct sample_journal
{
    explicit sample_journal(rig_options const& options)
        : setting{.seed = options.seed, .pairs = options.pairs != 0 ? options.pairs : 900}
    {
        setting.program = options.program;
        setting.service.conflict_share = 0.05;
        setting.service.missing_share = 0.05;
        setting.service.latency = {0ms, 1ms};
        setting.service.faults = simulator::parse_faults("reset-after=1%,500=1%");
        made.emplace(setting);
        made->launch({.kind = call_kind::write, .what = deed::kill_after, .number = 40});
        made->finish();
        text = text_of(made->journal());
        begins.push_back(0);
        for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', end + 1))
            begins.push_back(end + 1);
        if (begins.size() > records + 1)
        {
            begins.resize(records + 1);
            text.resize(begins.back());
        }
    }

    std::size_t lines() const noexcept
    {
        return begins.size() - 1;
    }

    std::string_view line(std::size_t number) const
    {
        return std::string_view(text).substr(begins[number], begins[number + 1] - begins[number]);
    }

    // Which line holds a byte; the place behind the last one is none.
    std::size_t line_of(std::size_t at) const
    {
        return static_cast<std::size_t>(std::upper_bound(begins.begin(), begins.end(), at) - begins.begin()) - 1;
    }

    round_setting setting;
    std::optional<round> made{};
    std::string text{};
    std::vector<std::size_t> begins{};  // of each line, and the end of the last
};

// A file whose content is changed again and again.
class scratch_file
{
public:
    explicit scratch_file(std::filesystem::path path)
        : path_(std::move(path))
        , file_(::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR))
    {
        if (file_ < 0)
            throw std::runtime_error{"cannot write " + path_.string()};
    }

    scratch_file(scratch_file const&) = delete;
    scratch_file& operator=(scratch_file const&) = delete;

    ~scratch_file()
    {
        ::close(file_);
        ::unlink(path_.c_str());
    }

    void put(std::string_view text, std::size_t at = 0) const
    {
        if (::pwrite(file_, text.data(), text.size(), static_cast<off_t>(at)) != static_cast<ssize_t>(text.size()))
            throw std::runtime_error{"cannot write " + path_.string()};
    }

    void cut(std::size_t size) const
    {
        if (::ftruncate(file_, static_cast<off_t>(size)) != 0)
            throw std::runtime_error{"cannot cut " + path_.string()};
    }

    std::filesystem::path const& path() const noexcept
    {
        return path_;
    }

private:
    std::filesystem::path path_;
    int file_;
};

struct reading
{
    std::uint64_t records = 0;
    std::uint64_t whole = 0;
    std::uint64_t torn = 0;
    std::string refusal{};
};

reading read_all(std::filesystem::path const& path)
{
    reading done;
    try
    {
        journal_reader reader(path);
        journal_record record;
        while (reader.next(record))
            ++done.records;
        done.whole = reader.whole_bytes();
        done.torn = reader.torn_bytes();
    }
    catch (boost::system::system_error const& error)
    {
        if (error.code() != errc::journal_not_readable)
            throw;
        done.refusal = error.what();
    }
    return done;
}

// What a reader has to make of `lines` whole lines and so many bytes of another.
void check_cut(std::filesystem::path const& path, std::uint64_t lines, std::uint64_t whole, std::uint64_t torn,
               std::string const& where, piece_result& into)
{
    auto const read = read_all(path);
    ++into.hits;
    if (lines == 0)
    {
        if (read.refusal.empty())
            into.broken.push_back(where + ": a journal without a whole record is read");
        return;
    }
    if (!read.refusal.empty())
        into.broken.push_back(where + ": refused: " + read.refusal);
    else if (read.records != lines || read.whole != whole || read.torn != torn)
        into.broken.push_back(where + ": " + std::to_string(read.records) + " records and " +
                              std::to_string(read.torn) + " torn bytes, not " + std::to_string(lines) + " and " +
                              std::to_string(torn));
}

// The whole journal, cut at these places from the last to the first.
piece_result cut_whole(sample_journal const& sample, std::vector<std::size_t> const& places, std::size_t number)
{
    piece_result result{.name = "cuts of the journal"};
    scratch_file const file(sample.made->folder() / ("cut" + std::to_string(number)));
    file.put(sample.text);
    for (auto place = places.rbegin(); place != places.rend() && result.broken.size() < 10; ++place)
    {
        auto const line = sample.line_of(*place);
        auto const whole = sample.begins[line];
        file.cut(*place);
        check_cut(file.path(), line, whole, *place - whole, "cut at byte " + std::to_string(*place), result);
    }
    return result;
}

// One line behind the first record, cut at every byte: the reader keeps nothing of the lines between.
piece_result cut_line(sample_journal const& sample, std::size_t line)
{
    piece_result result{.name = "cuts of line " + std::to_string(line + 1)};
    scratch_file const file(sample.made->folder() / ("line" + std::to_string(line)));
    auto const first = sample.line(0);
    auto const text = sample.line(line);
    file.put(first);
    file.put(text, first.size());
    for (auto size = text.size(); size-- > 0 && result.broken.size() < 10;)
    {
        file.cut(first.size() + size);
        check_cut(file.path(), 1, first.size(), size, "cut after " + std::to_string(size) + " bytes", result);
    }
    return result;
}

bool has_text(json::object const& record, std::string_view name)
{
    auto const* const member = record.if_contains(name);
    return member != nullptr && member->is_string();
}

// What can be said of a line without knowing the product's reader.
bool is_surely_no_record(std::string_view line)
{
    json::error_code error;
    auto const value = json::parse(line, error);
    if (error || !value.is_object())
        return true;
    auto const& record = value.get_object();
    if (!has_text(record, "type"))
        return true;
    auto const& type = record.at("type").get_string();
    if (type == "result")
    {
        constexpr std::array<std::string_view, 3> outcomes{"accepted", "conflict", "failed"};
        return !has_text(record, "job_id") || !has_text(record, "task_id") || !has_text(record, "outcome") ||
               std::find(outcomes.begin(), outcomes.end(), record.at("outcome").get_string()) == outcomes.end() ||
               !record.contains("attempts") || !record.contains("ambiguous");
    }
    if (type == "begun")
        return !record.contains("count") || !record.contains("through");
    if (type == "admitted")
        return !has_text(record, "job_id") || !has_text(record, "task_id");
    return false;
}

// Whether a member has got another name: a reader that passes over what it does not know takes it for absent.
bool has_other_names(std::string_view before, std::string_view after)
{
    json::error_code error;
    auto const was = json::parse(before, error);
    auto const is = error ? json::value{} : json::parse(after, error);
    if (error || !was.is_object() || !is.is_object())
        return false;
    auto const& names = is.get_object();
    return std::any_of(was.get_object().begin(), was.get_object().end(),
                       [&names](auto const& member) { return !names.contains(member.key()); });
}

// Whether a refusal names the line or the next one, which a new line feed has made of its end.
bool names_line(std::string const& refusal, std::size_t line)
{
    return refusal.find("line " + std::to_string(line + 1)) != std::string::npos ||
           refusal.find(":" + std::to_string(line + 1)) != std::string::npos;
}

// Which of two processes that cannot be of one run is the damaged one, nobody can tell.
bool is_told_by_a_later_process(std::string_view damaged, std::string_view refusal)
{
    return damaged.starts_with(R"({"type":"run",)") && refusal.find("a process of another run") != refusal.npos;
}

void flip(sample_journal const& sample, scratch_file const& file, std::size_t at, unsigned bit, piece_result& into)
{
    auto const was = sample.text[at];
    auto const now = static_cast<char>(static_cast<unsigned char>(was) ^ (1U << bit));
    auto const line = sample.line_of(at);
    file.put({&now, 1}, at);
    auto const read = read_all(file.path());
    file.put({&was, 1}, at);
    auto text = std::string(sample.line(line));
    text[at - sample.begins[line]] = now;
    bool const joins = was == '\n';
    bool const is_last = line + 1 == sample.lines();
    if (joins && !is_last)
        text += sample.line(line + 1);
    auto const where =
        "bit " + std::to_string(bit) + " of byte " + std::to_string(at) + ", line " + std::to_string(line + 1);
    ++into.hits;
    bool const is_bad = now == '\n' || is_surely_no_record({text.data(), text.size() - (text.back() == '\n' ? 1 : 0)});
    if (joins && is_last)
    {
        if (read.torn == 0)
            into.broken.push_back(where + ": the last line feed is gone and the line is not torn");
    }
    else if (is_bad && read.refusal.empty())
        into.broken.push_back(where + ": read although it is no record any more: " + text);
    else if (!read.refusal.empty() && !names_line(read.refusal, line) &&
             !is_told_by_a_later_process(sample.line(line), read.refusal))
        into.broken.push_back(where + ": refused elsewhere: " + read.refusal);
    into.refused += read.refusal.empty() ? 0 : 1;
    into.doubts += read.refusal.empty() && !joins && has_other_names(sample.line(line), text) ? 1 : 0;
}

piece_result flip_many(sample_journal const& sample, std::uint64_t count, std::size_t number, std::uint64_t seed)
{
    piece_result result{.name = "flips"};
    auto random = random_for(seed, 5'000'000 + number);
    scratch_file const file(sample.made->folder() / ("flips" + std::to_string(number)));
    file.put(sample.text);
    for (std::uint64_t i = 0; i < count && result.broken.size() < 10; ++i)
        flip(sample, file, drawn(random, sample.text.size()), static_cast<unsigned>(drawn(random, 8)), result);
    return result;
}

// Cut anywhere, and resumed by the command against a service to which nothing has happened yet.
piece_result resume_cut(sample_journal const& sample, std::size_t at)
{
    piece_result result{.name = "resumed after a cut at byte " + std::to_string(at)};
    round resumed(sample.setting);
    resumed.adopt(*sample.made, sample.text, at);
    auto const last = resumed.finish();
    ++result.hits;
    judge(resumed, last, result);
    return result;
}

// Cut within its first record, a journal is none: nothing was sent, and nobody can tell what was to be.
piece_result refuse_unbegun(sample_journal const& sample, std::size_t at)
{
    piece_result result{.name = "resumed after a cut at byte " + std::to_string(at)};
    auto const folder = sample.made->folder() / ("unbegun" + std::to_string(at));
    std::filesystem::create_directory(folder);
    {
        scratch_file const file(folder / "run.jsonl");
        file.put(std::string_view(sample.text).substr(0, at));
        command_process resuming({.folder = folder,
                                  .program = sample.setting.program,
                                  .arguments = {"resume", "run.jsonl", "--yes"},
                                  .variables = {"BATCH_CANCEL_TOKEN=none"}});
        auto const end = resuming.wait(60s);
        if (!end || end->code != 2 || end->err.find("run.jsonl") == std::string::npos)
            result.broken.push_back("is not refused: " + (end ? std::to_string(end->code) + " " + end->err : ""));
    }
    ++result.hits;
    ++result.refused;
    return result;
}

enum class names
{
    matter,
    do_not_matter,
};

bool sum_up_tears(char const* what, std::vector<piece_result> const& results,
                  names is_about_names = names::do_not_matter)
{
    std::uint64_t renamed = 0;
    std::uint64_t cases = 0;
    std::uint64_t refused = 0;
    std::uint64_t broken = 0;
    for (auto const& each : results)
    {
        cases += each.hits;
        refused += each.refused;
        renamed += each.doubts;
        broken += each.broken.size();
    }
    std::printf("%s: %llu cases, %llu refused with their line, %llu broken\n", what,
                static_cast<unsigned long long>(cases), static_cast<unsigned long long>(refused),
                static_cast<unsigned long long>(broken));
    if (is_about_names == names::matter)
        std::printf("%s: %llu read although a member has another name now\n", what,
                    static_cast<unsigned long long>(renamed));
    return broken == 0;
}

}  // namespace

bool tear_journal(rig_options const& options)
{
    sample_journal const sample(options);
    std::printf("journal of %zu lines, %zu bytes\n", sample.lines(), sample.text.size());
    auto random = random_for(options.seed, 6'000'000);
    std::vector<piece> pieces;
    auto const every = [&](std::size_t count) { return options.all || one_in(random, count); };
    // As many pieces as there are workers, since each needs a copy of the journal.
    std::vector<std::vector<std::size_t>> places(options.jobs);
    for (std::size_t at = 0; at <= sample.text.size(); ++at)
        if (at <= sample.begins[1] || every(sample.text.size() / 200))
            places[at % options.jobs].push_back(at);
    for (std::size_t i = 0; i < places.size(); ++i)
        pieces.push_back([&, i] { return cut_whole(sample, places[i], i); });
    for (std::size_t line = 1; line < sample.lines(); ++line)
        if (every(20))
            pieces.push_back([&, line] { return cut_line(sample, line); });
    bool holds = sum_up_tears("cuts at every byte, read", work_through(pieces, options));
    pieces.clear();
    for (auto const at : {std::size_t{0}, std::size_t{1}, sample.begins[1] / 2, sample.begins[1] - 1})
        pieces.push_back([&, at] { return refuse_unbegun(sample, at); });
    for (std::uint64_t i = 0; i < options.cuts; ++i)
    {
        auto const at = sample.begins[1] + drawn(random, sample.text.size() - sample.begins[1]);
        pieces.push_back([&, at] { return resume_cut(sample, at); });
    }
    return sum_up_tears("cuts at any byte, resumed", work_through(pieces, options)) && holds;
}

bool flip_bits(rig_options const& options)
{
    auto smaller = options;
    smaller.pairs = options.pairs != 0 ? options.pairs : options.all ? 900 : 150;
    sample_journal const sample(smaller);
    std::vector<piece> pieces;
    for (std::size_t i = 0; i < options.jobs; ++i)
        pieces.push_back([&, i] { return flip_many(sample, options.flips / options.jobs, i, options.seed); });
    return sum_up_tears("flipped bits", work_through(pieces, options), names::matter);
}

}  // namespace batch_cancel::crash
