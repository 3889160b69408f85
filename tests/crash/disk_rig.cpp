#include "aim.hpp"
#include "rig.hpp"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

namespace batch_cancel::crash
{

namespace
{

using namespace std::chrono_literals;

// What a disk may do at one of the calls.
struct disk_fault
{
    call_kind kind;
    deed what;
    int error;
    bool is_lasting;
    bool is_on_resume;
    std::string_view name;
    bool loses_unsynced = false;
};

constexpr disk_fault disk_faults[] = {
    {call_kind::write, deed::fail, ENOSPC, false, false, "write: no space, once"},
    {call_kind::write, deed::fail, ENOSPC, true, false, "write: no space from here on"},
    {call_kind::write, deed::fail, EIO, false, false, "write: I/O error"},
    {call_kind::write, deed::fail, EDQUOT, false, false, "write: quota exceeded"},
    {call_kind::write, deed::fail, EFBIG, false, false, "write: file too large"},
    {call_kind::write, deed::fail, EINTR, false, false, "write: interrupted"},
    {call_kind::write, deed::cut_short, 0, false, false, "write: half of it"},
    {call_kind::write, deed::cut_short, ENOSPC, false, false, "write: half of it, then no space"},
    {call_kind::sync, deed::fail, EIO, false, false, "sync: I/O error"},
    {call_kind::sync, deed::fail, EIO, false, false, "sync: I/O error, what was not synced is lost", true},
    {call_kind::sync, deed::fail, ENOSPC, false, false, "sync: no space"},
    {call_kind::sync, deed::fail, EDQUOT, true, false, "sync: quota exceeded from here on"},
    {call_kind::sync, deed::fail, EROFS, true, false, "sync: the file system has given up"},
    {call_kind::sync, deed::fail, EINVAL, false, false, "sync: refused"},
    {call_kind::sync, deed::fail, EINTR, false, false, "sync: interrupted"},
    {call_kind::sync_name, deed::fail, EIO, false, false, "sync of the folder: I/O error"},
    {call_kind::sync_name, deed::fail, EROFS, false, false, "sync of the folder: the file system has given up"},
    {call_kind::open, deed::fail, ENOSPC, false, false, "open: no space"},
    {call_kind::open, deed::fail, EMFILE, false, false, "open: too many files"},
    {call_kind::lock, deed::fail, ENOLCK, false, false, "lock: no locks"},
    {call_kind::report_open, deed::fail, ENOSPC, false, false, "report, open: no space"},
    {call_kind::report_write, deed::fail, ENOSPC, false, false, "report, write: no space"},
    {call_kind::report_write, deed::cut_short, 0, false, false, "report, write: half of it"},
    {call_kind::report_sync, deed::fail, EIO, false, false, "report, sync: I/O error"},
    {call_kind::rename, deed::fail, EACCES, false, false, "report, rename: no permission"},
    {call_kind::read, deed::fail, EIO, false, true, "resume, read: I/O error"},
    {call_kind::read, deed::fail, EINTR, false, true, "resume, read: interrupted"},
    {call_kind::read, deed::cut_short, 0, false, true, "resume, read: half of it"},
    {call_kind::open, deed::fail, EIO, false, true, "resume, open: I/O error"},
    {call_kind::lock, deed::fail, ENOLCK, false, true, "resume, lock: no locks"},
    {call_kind::truncate, deed::fail, EIO, false, true, "resume, truncate: I/O error"},
    {call_kind::write, deed::fail, ENOSPC, false, true, "resume, write: no space"},
    {call_kind::write, deed::cut_short, EIO, false, true, "resume, write: half of it, then I/O error"},
    {call_kind::sync, deed::fail, EIO, false, true, "resume, sync: I/O error"},
};

// The call is only made again.
bool is_survived(disk_fault const& fault)
{
    return fault.error == EINTR || fault.error == 0;
}

bool is_about_report(call_kind kind)
{
    return kind == call_kind::report_open || kind == call_kind::report_write || kind == call_kind::report_sync ||
           kind == call_kind::rename;
}

round_setting small_setting(rig_options const& options)
{
    round_setting made{.seed = options.seed};
    made.program = options.program;
    made.pairs = options.pairs != 0 ? options.pairs : 24;
    made.service.conflict_share = 0.1;
    made.service.missing_share = 0.1;
    made.service.latency = {0ms, 1ms};
    made.concurrency = 4;
    return made;
}

class expectations
{
public:
    explicit expectations(std::vector<std::string>& into)
        : into_(into)
    {
    }

    void expect(bool holds, std::string const& what)
    {
        if (!holds)
            into_.push_back(what);
    }

    // The end of a process that cannot go on. `sent` is what it sent.
    void expect_stop(command_end const& end, std::uint64_t sent, std::string const& cause)
    {
        expect(end.code == 5 || (end.code == 2 && sent == 0),
               "exits by " + std::to_string(end.code) + " after " + std::to_string(sent) + " requests: " + end.err);
        expect(cause.empty() || end.err.find(cause) != std::string::npos, "does not say \"" + cause + "\": " + end.err);
        // A new run that has sent nothing leaves nothing to resume.
        bool const says_way_on = end.err.find("resume") != std::string::npos ||
                                 (sent == 0 && end.err.find("run the same command again") != std::string::npos);
        if (end.code == 5)
            expect(says_way_on, "does not say the way on: " + end.err);
        expect_calm(end);
    }

    void expect_calm(command_end const& end)
    {
        expect(end.cpu < 1s, "took " + std::to_string(end.cpu.count()) + " ms of CPU");
    }

private:
    std::vector<std::string>& into_;
};

std::uint64_t calls(board const& counted, call_kind kind)
{
    return counted.calls[static_cast<std::size_t>(kind)];
}

void check_failure(round& disturbed, disk_fault const& fault, command_end const& end, piece_result& into)
{
    expectations that(into.broken);
    auto const& counted = disturbed.last_board();
    // The cause of a failed sync comes from another thread: what was on its way to be sent then may go out.
    auto const allowed = fault.kind == call_kind::sync ? std::uint64_t{4} : 0;
    if (is_survived(fault))
        return that.expect(end.code <= 1, "does not go on, exits by " + std::to_string(end.code) + ": " + end.err);
    if (is_about_report(fault.kind))
    {
        // Whether a report can be written is checked before anything is sent.
        bool const is_checked = end.code == 2 && calls(counted, call_kind::send) == 0;
        that.expect(end.code == 5 || is_checked, "exits by " + std::to_string(end.code) + ": " + end.err);
        return that.expect_calm(end);
    }
    if (fault.kind == call_kind::lock)
    {
        that.expect(end.err.find("keep it on a local disk") != std::string::npos, "has no remedy: " + end.err);
        that.expect(fault.is_on_resume || !std::filesystem::exists(disturbed.journal()), "leaves an empty journal");
    }
    that.expect(counted.sent_after_failure <= allowed,
                std::to_string(counted.sent_after_failure) + " requests were begun after the failure");
    that.expect_stop(end, calls(counted, call_kind::send), std::strerror(fault.error));
}

// Lets the n-th call fail, n = 1, 2, ..., until there is no such call.
piece_result every_call(disk_fault const& fault, rig_options const& options)
{
    piece_result all{.name = std::string(fault.name)};
    constexpr std::uint64_t most = 10'000;
    for (std::uint64_t number = 1; number < most; ++number)
    {
        piece_result one{.name = std::string(fault.name)};
        auto setting = small_setting(options);
        setting.has_report = is_about_report(fault.kind);
        round disturbed(setting);
        if (fault.is_on_resume)
            disturbed.launch({.kind = call_kind::write, .what = deed::kill_within, .number = 3 + number % 8});
        auto end = disturbed.launch({.kind = fault.kind,
                                     .what = fault.what,
                                     .number = number,
                                     .error = fault.error,
                                     .is_lasting = fault.is_lasting});
        bool const has_happened = disturbed.last_board().done != 0;
        if (has_happened)
            check_failure(disturbed, fault, end, one);
        ++all.hits;
        auto random = random_for(options.seed, number);
        if (has_happened && fault.loses_unsynced)
            disturbed.cut_power(random);
        if (end.code > 1 || has_happened)
            end = disturbed.finish();
        judge_after_cut(disturbed, end, one);
        for (auto const& what : one.broken)
            all.broken.push_back("call " + std::to_string(number) + ": " + what + one.name.substr(fault.name.size()));
        if (!has_happened || all.broken.size() > 20)
            break;
    }
    --all.hits;  // the last one met no failure
    return all;
}

piece_result with_change(std::string name, round_setting const& setting, std::function<void(command_setting&)> change,
                         std::function<void(command_end const&, expectations&, std::uint64_t)> const& check)
{
    piece_result result{.name = std::move(name)};
    round disturbed(setting);
    auto end = disturbed.launch({.change = std::move(change)});
    expectations that(result.broken);
    check(end, that, calls(disturbed.last_board(), call_kind::send));
    that.expect_calm(end);
    end = disturbed.finish();
    judge(disturbed, end, result);
    return result;
}

void add_stdout(std::vector<piece>& pieces, round_setting const& setting)
{
    auto const check = [](command_end const& end, expectations& that, std::uint64_t)
    { that.expect(end.code == 5, "exits by " + std::to_string(end.code) + ": " + end.err); };
    pieces.push_back(
        [=]
        {
            return with_change(
                "closed stdout", setting, [](auto& command) { command.has_closed_stdout = true; }, check);
        });
    pieces.push_back(
        [=]
        {
            return with_change(
                "full stdout", setting, [](auto& command) { command.has_full_stdout = true; }, check);
        });
}

void add_file_sizes(std::vector<piece>& pieces, round_setting const& setting)
{
    auto const check = [](command_end const& end, expectations& that, std::uint64_t sent)
    {
        if (end.code > 1)
            that.expect_stop(end, sent, {});
    };
    for (std::uint64_t size = 0; size < 24'000; size += 800)
        pieces.push_back(
            [=]
            {
                return with_change(
                    "at most " + std::to_string(size) + " bytes a file", setting,
                    [size](auto& command) { command.most_bytes_of_a_file = size; }, check);
            });
}

// With none left for a connection the command may wait for some to come back, but not for ever.
void add_descriptors(std::vector<piece>& pieces, round_setting setting)
{
    setting.options = {"--patience", "1s"};
    auto const check = [](command_end const& end, expectations& that, std::uint64_t sent)
    {
        bool const is_known = end.code == 0 || end.code == 1 || end.code == 3 || end.code == 5;
        that.expect(is_known || (end.code == 2 && sent == 0),
                    "exits by " + std::to_string(end.code) + " after " + std::to_string(sent) + ": " + end.err);
        that.expect(end.code <= 1 || !end.err.empty(), "says nothing");
    };
    for (std::uint64_t most = 4; most < 24; ++most)
        pieces.push_back(
            [=]
            {
                return with_change(
                    "at most " + std::to_string(most) + " descriptors", setting,
                    [most](auto& command) { command.most_descriptors = most; }, check);
            });
}

// A file system of its own for a round, where that is allowed.
class small_disk
{
public:
    small_disk()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "batch-cancel-disk-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            return;
        path_ = pattern;
        is_mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=64k") == 0;
    }

    small_disk(small_disk const&) = delete;
    small_disk& operator=(small_disk const&) = delete;

    ~small_disk()
    {
        if (is_mounted_)
            ::umount2(path_.c_str(), MNT_DETACH);
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }

    void grow() const
    {
        ::mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT, "size=64m");
    }

    void close() const
    {
        ::mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr);
    }

    bool is_mounted() const noexcept
    {
        return is_mounted_;
    }

    std::filesystem::path const& path() const noexcept
    {
        return path_;
    }

private:
    std::filesystem::path path_{};
    bool is_mounted_{false};
};

piece_result on_small_disk(round_setting setting)
{
    piece_result result{.name = "64 KiB of disk"};
    small_disk disk;
    if (!disk.is_mounted())
    {
        std::printf("64 KiB of disk: left out, mounting is not permitted\n");
        return result;
    }
    setting.pairs = 300;
    setting.place = disk.path();
    setting.service.latency = {};
    round disturbed(setting);
    auto const end = disturbed.launch();
    expectations that(result.broken);
    that.expect(end.code == 5, "exits by " + std::to_string(end.code) + ": " + end.err);
    that.expect_calm(end);
    disk.grow();
    auto const last = disturbed.finish();
    judge(disturbed, last, result);
    return result;
}

// Root writes wherever the file system lets it.
piece_result in_read_only_folder(round_setting const& setting)
{
    piece_result result{.name = "read-only folder"};
    small_disk const disk;
    round disturbed(setting);
    auto closed = disk.path();
    if (disk.is_mounted())
        disk.close();
    else if (::geteuid() != 0)
    {
        closed = disturbed.folder() / "closed";
        std::filesystem::create_directory(closed);
        ::chmod(closed.c_str(), S_IRUSR | S_IXUSR);
    }
    else
    {
        std::printf("read-only folder: left out, mounting is not permitted, and root writes everywhere\n");
        return result;
    }
    auto const journal = (closed / "run.jsonl").string();
    auto const go_there = [&](command_setting& command)
    { std::replace(command.arguments.begin(), command.arguments.end(), std::string("run.jsonl"), journal); };
    auto const end = disturbed.launch({.change = go_there});
    expectations that(result.broken);
    that.expect(end.code == 2 || end.code == 5, "exits by " + std::to_string(end.code) + ": " + end.err);
    that.expect(calls(disturbed.last_board(), call_kind::send) == 0, "something was sent");
    auto const* const cause = std::strerror(disk.is_mounted() ? EROFS : EACCES);
    that.expect(end.err.find(cause) != std::string::npos, "does not say the cause: " + end.err);
    that.expect_calm(end);
    return result;
}

// The first process stands still in the middle of its run.
piece_result with_two_processes(round_setting const& setting)
{
    piece_result result{.name = "two processes on one journal"};
    round disturbed(setting);
    auto const end =
        disturbed.launch({.kind = call_kind::send, .what = deed::pause_after, .number = 8, .when_paused = [&] {
                              result.broken = disturbed.intrude();
                          }});
    expectations that(result.broken);
    that.expect(disturbed.last_board().done == 1, "the first process did not pause");
    judge(disturbed, end, result);
    return result;
}

// A signal and the end of the last sync are there at once: the process has both to hear, in whichever order.
piece_result with_late_signal(round_setting setting)
{
    piece_result result{.name = "a signal as the last sync ends"};
    setting.pairs = 20;
    for (int i = 0; i != 20 && result.broken.empty(); ++i)
    {
        round counted(setting);
        counted.launch();
        bool has_paused = false;
        for (aim at(calls(counted.last_board(), call_kind::sync)); !has_paused && at.has_tries();)
        {
            round disturbed(setting);
            auto const end = disturbed.launch({.kind = call_kind::sync,
                                               .what = deed::pause_after,
                                               .number = at.number(),
                                               .signal = SIGINT,
                                               .when_paused = [] {},
                                               .signals_when_paused = true});
            judge(disturbed, end, result);
            has_paused = disturbed.last_board().done == 1;
            at.miss_fresh_run(calls(disturbed.last_board(), call_kind::sync));
        }
        expectations(result.broken).expect(has_paused, "the process did not pause");
    }
    return result;
}

bool sum_up_failures(char const* what, std::vector<piece_result> const& results, rig_options const& options)
{
    std::uint64_t hits = 0;
    std::uint64_t broken = 0;
    for (auto const& each : results)
    {
        hits += each.hits;
        broken += each.broken.empty() ? 0 : 1;
    }
    std::printf("%s: seed %llu, %zu kinds, %llu failures, %llu kinds broken\n", what,
                static_cast<unsigned long long>(options.seed), results.size(), static_cast<unsigned long long>(hits),
                static_cast<unsigned long long>(broken));
    return broken == 0;
}

}  // namespace

bool break_disk(rig_options const& options)
{
    std::vector<piece> pieces;
    for (auto const& fault : disk_faults)
        pieces.push_back([&] { return every_call(fault, options); });
    auto const results = work_through(pieces, options);
    bool all_met = true;
    for (auto const& each : results)
    {
        if (each.hits == 0 && each.broken.empty())
            std::printf("broken: no run came by \"%s\"\n", each.name.c_str());
        all_met = all_met && each.hits != 0;
    }
    return sum_up_failures("every call on the disk", results, options) && all_met;
}

bool break_surroundings(rig_options const& options)
{
    std::vector<piece> pieces;
    auto const setting = small_setting(options);
    add_stdout(pieces, setting);
    add_file_sizes(pieces, setting);
    add_descriptors(pieces, setting);
    pieces.push_back([=] { return on_small_disk(setting); });
    pieces.push_back([=] { return with_two_processes(setting); });
    pieces.push_back([=] { return with_late_signal(setting); });
    pieces.push_back([=] { return in_read_only_folder(setting); });
    return sum_up_failures("full, closed and narrow surroundings", work_through(pieces, options), options);
}

}  // namespace batch_cancel::crash
