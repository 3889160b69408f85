#include "aim.hpp"
#include "rig.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <optional>
#include <string_view>

namespace batch_cancel::crash
{

namespace
{

using namespace std::chrono_literals;

enum class place_in_run
{
    first,
    somewhere,
    last,
};

struct named_point
{
    call_kind kind;
    deed what;
    place_in_run where;
    std::string_view name;
};

// "before", "within" and "after" are about the call; "somewhere" is drawn anew each time.
constexpr named_point named_points[] = {
    {call_kind::open, deed::kill_before, place_in_run::first, "before the journal is opened"},
    {call_kind::open, deed::kill_after, place_in_run::first, "after the journal was opened"},
    {call_kind::lock, deed::kill_before, place_in_run::first, "before the journal is locked"},
    {call_kind::lock, deed::kill_after, place_in_run::first, "after the journal was locked"},
    {call_kind::sync_name, deed::kill_before, place_in_run::first, "before the folder is synced"},
    {call_kind::sync_name, deed::kill_after, place_in_run::first, "after the folder was synced"},
    {call_kind::write, deed::kill_before, place_in_run::first, "before the first write"},
    {call_kind::write, deed::kill_within, place_in_run::first, "within the first write"},
    {call_kind::write, deed::kill_after, place_in_run::first, "after the first write"},
    {call_kind::write, deed::kill_before, place_in_run::somewhere, "before a write"},
    {call_kind::write, deed::kill_within, place_in_run::somewhere, "within a write"},
    {call_kind::write, deed::kill_after, place_in_run::somewhere, "after a write"},
    {call_kind::write, deed::kill_before, place_in_run::last, "before the last write"},
    {call_kind::write, deed::kill_within, place_in_run::last, "within the last write"},
    {call_kind::write, deed::kill_after, place_in_run::last, "after the last write"},
    {call_kind::sync, deed::kill_before, place_in_run::first, "before the first sync"},
    {call_kind::sync, deed::kill_after, place_in_run::first, "after the first sync"},
    {call_kind::sync, deed::kill_before, place_in_run::somewhere, "before a sync"},
    {call_kind::sync, deed::kill_after, place_in_run::somewhere, "after a sync"},
    {call_kind::sync, deed::kill_before, place_in_run::last, "before the last sync"},
    {call_kind::sync, deed::kill_after, place_in_run::last, "after the last sync"},
    {call_kind::send, deed::kill_before, place_in_run::first, "before the first request"},
    {call_kind::send, deed::kill_within, place_in_run::first, "within the first request"},
    {call_kind::send, deed::kill_after, place_in_run::first, "after the first request"},
    {call_kind::send, deed::kill_before, place_in_run::somewhere, "before the first byte of a request"},
    {call_kind::send, deed::kill_within, place_in_run::somewhere, "within a request"},
    {call_kind::send, deed::kill_after, place_in_run::somewhere, "after a request was written"},
    {call_kind::send, deed::kill_before, place_in_run::last, "before the last request"},
    {call_kind::send, deed::kill_after, place_in_run::last, "after the last request"},
    {call_kind::receive, deed::kill_after, place_in_run::first, "after the first answer was read"},
    {call_kind::receive, deed::kill_after, place_in_run::somewhere, "after an answer was read"},
    {call_kind::receive, deed::kill_after, place_in_run::last, "after the last answer was read"},
    {call_kind::report_open, deed::kill_before, place_in_run::first, "before the report is created"},
    {call_kind::report_open, deed::kill_after, place_in_run::first, "after the report was created"},
    {call_kind::report_write, deed::kill_before, place_in_run::first, "before the report is written"},
    {call_kind::report_write, deed::kill_within, place_in_run::first, "within the report"},
    {call_kind::report_sync, deed::kill_before, place_in_run::first, "before the report is synced"},
    {call_kind::rename, deed::kill_before, place_in_run::first, "before the report is moved to its place"},
    {call_kind::rename, deed::kill_after, place_in_run::first, "after the report was moved to its place"},
    {call_kind::read, deed::kill_before, place_in_run::first, "before the journal is read"},
    {call_kind::read, deed::kill_after, place_in_run::somewhere, "after a part of the journal was read"},
    {call_kind::truncate, deed::kill_before, place_in_run::first, "before a torn line is cut off"},
    {call_kind::truncate, deed::kill_after, place_in_run::first, "after a torn line was cut off"},
};

bool is_of_resumes(named_point const& point)
{
    return point.kind == call_kind::read || point.kind == call_kind::truncate;
}

round_setting setting_to_kill_in(random_source& random, rig_options const& options)
{
    round_setting made{.seed = random()};
    made.program = options.program;
    made.pairs = options.pairs != 0 ? options.pairs : 300;
    made.service.conflict_share = 0.05;
    made.service.missing_share = 0.05;
    made.service.latency = {0ms, std::chrono::microseconds(500 * drawn(random, 8))};
    constexpr std::uint64_t concurrencies[] = {4, 16, 64};
    made.concurrency = concurrencies[drawn(random, 3)];
    if (one_in(random, 2))
        made.service.faults = simulator::parse_faults("reset-before=1%,reset-after=1%,truncate=1%,500=1%,close=1%");
    if (one_in(random, 10))
        made.service.throttle_per_second = 0.8 * static_cast<double>(made.pairs);
    made.stops_after_ambiguous = one_in(random, 6);
    made.reads_stdin = one_in(random, 4);
    made.has_report = one_in(random, 4);
    return made;
}

// How long a round takes that nobody disturbs, in this build on this machine.
std::chrono::microseconds usual_time(rig_options const& options)
{
    round_setting setting{.seed = options.seed};
    setting.program = options.program;
    setting.pairs = options.pairs != 0 ? options.pairs : 300;
    setting.service.latency = {0ms, 2ms};
    round undisturbed(setting);
    auto const began = std::chrono::steady_clock::now();
    undisturbed.launch();
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
}

ending at_random_time(random_source& random, std::chrono::microseconds usual)
{
    ending made;
    made.signal_after = std::chrono::microseconds(drawn(random, static_cast<std::uint64_t>(usual.count())));
    return made;
}

std::uint64_t calls_of(named_point const& point, board const& counted)
{
    return counted.calls[static_cast<std::size_t>(point.kind)];
}

// Usual numbers of calls follow from the number of pairs.
std::uint64_t number_of(named_point const& point, board const& counted, random_source& random)
{
    auto const count = std::max<std::uint64_t>(1, calls_of(point, counted));
    switch (point.where)
    {
    case place_in_run::first:
        break;
    case place_in_run::somewhere:
        return 1 + drawn(random, count);
    case place_in_run::last:
        return count;
    }
    return 1;
}

// So that there is a torn line. A write that is cut between two lines leaves none, and there may be few writes.
ending within_early_write(random_source& random, aim const& at)
{
    return {
        .kind = call_kind::write, .what = deed::kill_within, .number = 2 + drawn(random, at.has_many_tries() ? 20 : 3)};
}

ending at_point(named_point const& point, std::uint64_t number)
{
    return {.kind = point.kind, .what = point.what, .number = number};
}

// Whatever else is done, a resume now and then gets its input anew.
void finish(round& disturbed, random_source& random, piece_result& into)
{
    if (disturbed.is_begun() && !disturbed.is_finished() && one_in(random, 5))
        disturbed.extend_input(random);
    auto const last = disturbed.finish();
    judge(disturbed, last, into);
}

bool sum_up_kills(char const* what, std::vector<piece_result> const& results, rig_options const& options)
{
    std::uint64_t kills = 0;
    std::uint64_t doubts = 0;
    std::uint64_t broken = 0;
    for (auto const& each : results)
    {
        kills += each.kills;
        doubts += each.doubts;
        broken += each.broken.empty() ? 0 : 1;
    }
    std::printf("%s: seed %llu, %zu runs, %llu kills, %llu pairs ambiguous by them, %llu runs broken\n", what,
                static_cast<unsigned long long>(options.seed), results.size(), static_cast<unsigned long long>(kills),
                static_cast<unsigned long long>(doubts), static_cast<unsigned long long>(broken));
    return broken == 0;
}

piece_result chain_of_kills(std::uint64_t number, std::uint64_t length, std::chrono::microseconds usual,
                            rig_options const& options)
{
    auto random = random_for(options.seed, number);
    piece_result result{.name = "chain " + std::to_string(number) + " of seed " + std::to_string(options.seed)};
    round disturbed(setting_to_kill_in(random, options));
    for (std::uint64_t i = 0; i < length; ++i)
    {
        auto wanted = at_random_time(random, usual);
        // A tenth of the links are clean stops, which leave nothing in doubt.
        if (one_in(random, 10))
            wanted.signal = 2;
        auto const end = disturbed.launch(wanted);
        result.kills += end.was_killed ? 1 : 0;
    }
    finish(disturbed, random, result);
    return result;
}

// The call counts of a run that nobody disturbs, with the settings of a piece.
piece_result kill_at(named_point const& point, std::uint64_t number, std::chrono::microseconds usual,
                     rig_options const& options)
{
    auto random = random_for(options.seed, 1'000'000 + number);
    piece_result result{.name = std::string(point.name) + ", piece " + std::to_string(number) + " of seed " +
                                std::to_string(options.seed)};
    auto setting = setting_to_kill_in(random, options);
    bool const is_about_report = point.kind == call_kind::report_open || point.kind == call_kind::report_write ||
                                 point.kind == call_kind::report_sync || point.kind == call_kind::rename;
    setting.has_report = setting.has_report || is_about_report;
    std::uint64_t call = 1;
    if (point.where != place_in_run::first)
    {
        round counted(setting);
        counted.launch();
        call = number_of(point, counted.last_board(), random);
    }
    std::optional<round> disturbed;
    for (aim at(call); result.hits == 0 && at.has_tries();)
    {
        disturbed.emplace(setting);
        bool const is_resume = is_of_resumes(point) || (at.has_many_tries() && one_in(random, 3));
        if (is_of_resumes(point))
            result.kills += disturbed->launch(within_early_write(random, at)).was_killed ? 1 : 0;
        else if (is_resume)
            result.kills += disturbed->launch(at_random_time(random, usual)).was_killed ? 1 : 0;
        auto const end = disturbed->launch(at_point(point, is_of_resumes(point) ? 1 : at.number()));
        result.hits = end.was_killed ? 1 : 0;
        if (is_resume)
            at.miss_resume();
        else
            at.miss_fresh_run(calls_of(point, disturbed->last_board()));
    }
    result.kills += result.hits;
    finish(*disturbed, random, result);
    return result;
}

}  // namespace

bool disturb_nothing(rig_options const& options)
{
    std::vector<piece> pieces;
    for (std::uint64_t i = 0; i < options.runs; ++i)
        pieces.push_back(
            [i, &options]
            {
                auto random = random_for(options.seed, i);
                piece_result result{.name = "run " + std::to_string(i) + " of seed " + std::to_string(options.seed)};
                round undisturbed(setting_to_kill_in(random, options));
                auto const end = undisturbed.launch();
                judge(undisturbed, end, result);
                return result;
            });
    return sum_up_kills("runs that nothing disturbs", work_through(pieces, options), options);
}

bool kill_at_random(rig_options const& options)
{
    auto const usual = usual_time(options);
    std::vector<piece> pieces;
    auto random = random_for(options.seed, 2'000'000);
    // Some processes end before they are killed, and some are only stopped.
    for (std::uint64_t planned = 0; planned < options.kills + options.kills / 9;)
    {
        auto const length = 1 + drawn(random, 3);
        planned += length;
        pieces.push_back([=, &options, number = pieces.size()]
                         { return chain_of_kills(number, length, usual, options); });
    }
    return sum_up_kills("kills at random times", work_through(pieces, options), options);
}

bool kill_at_points(rig_options const& options)
{
    auto const usual = usual_time(options);
    std::vector<piece> pieces;
    for (auto const& point : named_points)
        for (std::uint64_t i = 0; i < options.points; ++i)
            pieces.push_back([=, &point, &options, number = pieces.size()]
                             { return kill_at(point, number, usual, options); });
    auto const results = work_through(pieces, options);
    // A point that no run comes by tests nothing.
    bool all_met = true;
    for (std::size_t i = 0; i < std::size(named_points); ++i)
    {
        std::uint64_t hits = 0;
        for (std::uint64_t j = 0; j < options.points; ++j)
            hits += results[i * options.points + j].hits;
        if (hits == 0)
            std::printf("broken: no run came by the point \"%s\"\n", std::string(named_points[i].name).c_str());
        all_met = all_met && hits != 0;
    }
    return sum_up_kills("kills at named points", results, options) && all_met;
}

bool kill_in_chains(rig_options const& options)
{
    auto const usual = usual_time(options);
    std::vector<piece> pieces;
    for (std::uint64_t i = 0; i < options.chains; ++i)
        pieces.push_back([=, &options] { return chain_of_kills(3'000'000 + i, 5, usual, options); });
    return sum_up_kills("chains of five kills", work_through(pieces, options), options);
}

}  // namespace batch_cancel::crash
