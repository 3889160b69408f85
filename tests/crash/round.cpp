#include "round.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace batch_cancel::crash
{

namespace
{

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto longest_run = 120s;

std::filesystem::path make_folder(std::filesystem::path const& place)
{
    auto const where = place.empty() ? std::filesystem::temp_directory_path() : place;
    auto pattern = (where / "batch-cancel-crash-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error{"no folder in " + where.string()};
    return pattern;
}

simulator::options service_of(round_setting const& setting)
{
    auto made = setting.service;
    made.jobs = 2;  // the second one has the pairs that come later
    made.tasks_per_job = setting.pairs;
    made.seed = setting.seed;
    made.secure = false;
    return made;
}

void put_text(std::filesystem::path const& file, std::string const& text)
{
    std::ofstream{file, std::ios::binary | std::ios::trunc} << text;
}

void replace_all(std::string& text, std::string const& what, std::string const& with)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

// What the kernel says of this start of the machine; the journal tells by it whether there has been another since.
std::string boot_id()
{
    std::string id;
    std::getline(std::ifstream{"/proc/sys/kernel/random/boot_id"}, id);
    return id;
}

std::int64_t number_at(json::value const& summary, std::string_view part, std::string_view name)
{
    return summary.at(part).at(name).to_number<std::int64_t>();
}

}  // namespace

round::round(round_setting setting)
    : setting_(std::move(setting))
    , folder_(make_folder(setting_.place))
    , random_(setting_.seed)
    , service_(service_of(setting_))
    , input_(make_workload(service_.pairs_of_job(0), random_))
{
    put_text(folder_ / "pairs.csv", input_.text);
}

round::~round()
{
    std::error_code ignored;
    if (!is_kept_)
        std::filesystem::remove_all(folder_, ignored);
}

command_setting round::command_of(ending const& wanted)
{
    bool const resumes = !processes_.empty() && std::filesystem::exists(journal());
    command_setting made{.folder = folder_, .program = setting_.program};
    auto& words = made.arguments;
    if (resumes)
    {
        words = {"resume", "run.jsonl"};
        if (setting_.reads_stdin || gives_input_)
            words.emplace_back(gives_input_ ? "more.csv" : "-");
        // A journal decides neither where the token goes nor which file is written.
        words.emplace_back("--endpoint");
        words.push_back(service_.endpoint());
        if (setting_.has_report)
            words.insert(words.end(), {"-o", "report.csv"});
    }
    else
    {
        words = {"run",        setting_.reads_stdin ? "-" : "pairs.csv",
                 "--endpoint", service_.endpoint(),
                 "--journal",  "run.jsonl",
                 "-c",         std::to_string(setting_.concurrency),
                 "--no-adapt", "--halt",
                 "none"};
        if (setting_.stops_after_ambiguous)
            words.insert(words.end(), {"--on-ambiguous", "stop"});
        if (setting_.has_report)
            words.insert(words.end(), {"-o", "report.csv"});
        words.insert(words.end(), setting_.options.begin(), setting_.options.end());
    }
    words.insert(words.end(), {"--yes", "--json", "--progress", "never"});
    if (setting_.reads_stdin)
        made.input = folder_ / "pairs.csv";
    made.variables.push_back("BATCH_CANCEL_TOKEN=" + service_.token_for(processes_.size()));
    if (wanted.change)
        wanted.change(made);
    return made;
}

void round::plan(ending const& wanted)
{
    board_.reset();
    board_ = std::make_unique<board_file>(folder_ / "board");
    auto& on = **board_;
    std::strcpy(on.journal_name, "run.jsonl");
    std::strcpy(on.report_name, "report.csv");
    on.kind = wanted.kind;
    on.what = wanted.what;
    on.number = wanted.number;
    on.error = wanted.error;
    on.is_lasting = wanted.is_lasting ? 1 : 0;
    on.sync_delay_us = wanted.sync_delay_us;
    on.synced = synced_;
    on.name_synced = name_is_synced_ ? 1 : 0;
    on.written = before_.size();
}

bool round::is_begun() const
{
    auto const text = text_of(journal());
    auto const first = text.substr(0, text.find('\n'));
    return first.size() != text.size() && first.find('\0') == std::string::npos;
}

bool round::is_finished() const
{
    return read_journal(text_of(journal())).is_finished;
}

void round::drop_unbegun()
{
    if (is_begun() || !std::filesystem::exists(journal()))
        return;
    if (!service_.events().empty())
        broken_.push_back("cancels were sent before the first record of the journal was whole");
    std::filesystem::remove(journal());
    synced_ = 0;
}

command_end round::launch(ending const& wanted)
{
    drop_unbegun();
    before_ = text_of(journal());
    process_trace started;
    for (auto const& [pair, facts] : read_journal(before_).pairs)
        if (facts.results != 0)
            started.settled_before.insert(pair);
    plan(wanted);
    auto command = command_of(wanted);
    command.board = board_->path();
    processes_.push_back(std::move(started));
    command_process process(command);
    std::optional<command_end> end;
    if (wanted.signal_after)
    {
        end = process.wait(*wanted.signal_after);
        if (!end)
            process.send(wanted.signal);
    }
    if (wanted.when_paused && process.wait_until_paused())
    {
        wanted.when_paused();
        if (wanted.signals_when_paused)
            process.send(wanted.signal);
        process.send(SIGCONT);
    }
    if (!end)
        end = process.wait(longest_run);
    if (!end)
    {
        keep();
        throw std::runtime_error{"the command does not end: " + text_of(folder_ / "stderr")};
    }
    // Whoever cannot write the journal leaves what is in flight in doubt, as if it were killed.
    processes_.back().was_killed = end->was_killed || end->code == 5;
    synced_ = (*board_)->synced;
    name_is_synced_ = (*board_)->name_synced != 0;
    return std::move(*end);
}

command_end round::finish()
{
    auto end = launch();
    // Limits count from the start of each process.
    for (int again = 0; again < 3 && (end.code == 3 || end.code == 5); ++again)
        end = launch();
    return end;
}

std::vector<std::string> round::intrude()
{
    constexpr std::size_t nobody = 1000;
    std::vector<std::string> found;
    auto const elsewhere = folder_ / "intruder";
    std::filesystem::create_directory(elsewhere);
    command_process second({.folder = elsewhere,
                            .program = setting_.program,
                            .arguments = {"resume", "../run.jsonl", "--yes", "--progress", "never"},
                            .variables = {"BATCH_CANCEL_TOKEN=" + service_.token_for(nobody)}});
    auto const end = second.wait(longest_run);
    if (!end || end->code != 2 || end->err.find("another process") == std::string::npos)
        found.push_back("a second process is not refused: " + (end ? end->err : std::string{}));
    command_process reporting(
        {.folder = elsewhere, .program = setting_.program, .arguments = {"report", "../run.jsonl", "--as", "json"}});
    auto const report = reporting.wait(longest_run);
    // Which says so: it is not finished.
    if (!report || report->code != 1)
        found.push_back("the journal of a running run has no report: " + (report ? report->err : std::string{}));
    return found;
}

void round::cut_power(random_source& random)
{
    constexpr std::size_t block = 4096;
    processes_.back().was_killed = true;
    if (!std::filesystem::exists(journal()))
        return;
    if (!name_is_synced_ && one_in(random, 2))
    {
        std::filesystem::remove(journal());
        synced_ = 0;
        return;
    }
    auto text = text_of(journal());
    // A truncation that was not synced may not have happened, and what was written since is gone with it.
    bool const truncation_is_open = (*board_)->truncated != 0;
    if (truncation_is_open && one_in(random, 2))
        text = before_;
    else
    {
        auto const kept = synced_ + drawn(random, text.size() - synced_ + 1);
        text.resize(kept);
        // The size may have reached the disk before the bytes did, or a later block before an earlier one.
        if (kept > synced_ && one_in(random, 3))
        {
            auto from = synced_ + drawn(random, kept - synced_);
            from = std::max<std::size_t>(synced_, from / block * block);
            auto const to = one_in(random, 4) ? std::min(kept, (from / block + 1) * block) : kept;
            has_hole_ = to != kept;
            std::fill(text.begin() + static_cast<std::ptrdiff_t>(from), text.begin() + static_cast<std::ptrdiff_t>(to),
                      '\0');
        }
    }
    // Another start of the machine, in as many bytes; each of them another one.
    ++power_cuts_;
    if (auto const id = boot_id(); !id.empty())
        replace_all(text, id, std::string(id.size(), static_cast<char>('a' + power_cuts_ % 26)));
    put_text(journal(), text);
    synced_ = text.size();
    name_is_synced_ = true;
}

void round::adopt(round const& other, std::string text, std::size_t size)
{
    text.resize(size);
    replace_all(text, other.service_.endpoint(), service_.endpoint());
    replace_all(text, other.folder_.string(), folder_.string());
    put_text(journal(), text);
    synced_ = text.size();
    name_is_synced_ = true;
    processes_.push_back({.settled_before = {}, .was_killed = true});
    for (auto const& [pair, facts] : read_journal(text).pairs)
    {
        if (facts.results != 0)
            settled_elsewhere_.insert(pair);
        else if (facts.is_in_flight || facts.was_ambiguous)
            in_doubt_.insert(pair);
    }
}

void round::extend_input(random_source& random)
{
    auto more = service_.pairs_of_job(1);
    more.resize(std::min<std::size_t>(more.size(), 1 + drawn(random, 20)));
    input_ = reordered(input_, more, random);
    put_text(folder_ / "more.csv", input_.text);
    gives_input_ = true;
}

run_trace round::trace()
{
    return {.pairs = input_.pairs,
            .processes = processes_,
            .events = service_.events(),
            .journal = read_journal(text_of(journal())),
            .concurrency = setting_.concurrency,
            .stops_after_ambiguous = setting_.stops_after_ambiguous,
            .had_power_cut = power_cuts_ != 0,
            .settled_elsewhere = settled_elsewhere_,
            .in_doubt = in_doubt_};
}

std::uint64_t round::doubts()
{
    return doubts_by_crash(trace());
}

void round::check_report(command_end const& last, journal_facts const& journal, std::vector<std::string>& into)
{
    std::int64_t accepted = 0;
    std::int64_t conflict = 0;
    std::int64_t failed = 0;
    std::int64_t ambiguous = 0;
    for (auto const& [pair, facts] : journal.pairs)
    {
        accepted += facts.outcome == "accepted";
        conflict += facts.outcome == "conflict";
        failed += facts.outcome == "failed";
        ambiguous += facts.ambiguous;
    }
    command_process reporting(
        {.folder = folder_, .program = setting_.program, .arguments = {"report", "run.jsonl", "--as", "json"}});
    auto const report = reporting.wait(longest_run);
    if (!report || report->code != 0)
        return into.push_back("report exits by " + std::to_string(report ? report->code : -1) + ": " +
                              (report ? report->err : std::string{}));
    std::pair<std::string_view, std::int64_t> const totals[] = {
        {"pairs", static_cast<std::int64_t>(input_.pairs.size())},
        {"accepted", accepted},
        {"conflict", conflict},
        {"failed", failed},
        {"unprocessed", 0},
        {"ambiguous", ambiguous},
        {"rejected", static_cast<std::int64_t>(input_.rejected)},
        {"duplicates", static_cast<std::int64_t>(input_.duplicates)},
        {"other_shards", 0}};
    std::pair<std::string_view, std::string const*> const texts[] = {{"report", &report->out}, {"summary", &last.out}};
    for (auto const& [what, text] : texts)
    {
        json::error_code error;
        auto const summary = json::parse(*text, error);
        if (error)
        {
            into.push_back(std::string(what) + " is no JSON: " + *text);
            continue;
        }
        for (auto const& [name, wanted] : totals)
            if (auto const got = number_at(summary, "totals", name); got != wanted)
                into.push_back(std::string(what) + ": " + std::string(name) + " is " + std::to_string(got) + ", not " +
                               std::to_string(wanted));
        if (!summary.at("totals").at("input_complete").as_bool())
            into.push_back(std::string(what) + ": input_complete is false");
    }
    int const code = conflict + failed == 0 && input_.rejected == 0 ? 0 : 1;
    if (last.code != code)
        into.push_back("the last process exits by " + std::to_string(last.code) + ", not " + std::to_string(code) +
                       ": " + last.err);
}

std::vector<std::string> round::broken(command_end const& last)
{
    auto const run = trace();
    auto found = broken_promises(run);
    found.insert(found.end(), broken_.begin(), broken_.end());
    check_report(last, run.journal, found);
    return found;
}

}  // namespace batch_cancel::crash
