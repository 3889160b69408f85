#include "simulation/run/judges/evidence.hpp"
#include "simulation/run/oracle.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace batch_cancel::simulation
{

using namespace std::chrono_literals;

namespace
{

// Failures in a row that are an outage, however many may be in flight; and those that are after ten seconds without a clear
// response.
constexpr std::size_t sure_row = 64;
constexpr std::size_t long_row = 16;
constexpr auto long_without = 10s;

// Between two probes: at least, and on average once they are ten seconds apart at the most.
constexpr auto least_step = 100ms;
constexpr double mean_step = 5;

constexpr auto goodput_window = 15s;
constexpr auto time_to_recover = 30s;
constexpr double least_goodput = 0.9;

std::size_t clear_answers(std::vector<attempt_log> const& log, time_point from, time_point to)
{
    return static_cast<std::size_t>(std::count_if(log.begin(), log.end(),
                                                  [&](attempt_log const& each) {
                                                      return evidence::is_clear(each) && each.answered >= from &&
                                                             each.answered < to;
                                                  }));
}

// When the run cannot but know that nothing gets through; the end of the outage if that is first.
time_point known_since(evidence const& all, time_point begins, time_point ends)
{
    std::vector<std::pair<time_point, bool>> ended;  // when, and whether with a clear response
    for (auto const& each : all.log)
    {
        if (auto const at = all.end_of(each); at >= begins && at < ends)
            ended.emplace_back(at, evidence::is_clear(each) || each.is_throttle());
    }
    std::sort(ended.begin(), ended.end());
    auto const enough = std::max(sure_row, 2 * all.of.options.max_in_flight);
    std::size_t row = 0;
    auto last_clear = begins;
    for (auto const& [at, is_clear] : ended)
    {
        row = is_clear ? 0 : row + 1;
        if (is_clear)
            last_clear = at;
        if (row >= enough || (row >= long_row && at - last_clear >= long_without))
            return at;
    }
    return ends;
}

void check_probes(evidence& all, time_point begins, time_point ends)
{
    auto const since = known_since(all, begins, ends);
    std::size_t probes = 0;
    time_point last{};
    for (auto const& each : all.log)
    {
        if (each.started <= since || each.started >= ends)
            continue;
        if (each.started - last < least_step)
            all.accuse("RC-17", "two probes within ", seconds(each.started - last), " s of an outage");
        last = each.started;
        ++probes;
    }
    // Ten steps to begin with, and twice as many as there are on average: chance does not do that.
    if (static_cast<double>(probes) > 10 + 2 * seconds(ends - since) / mean_step)
        all.accuse("RC-17", probes, " probes in ", seconds(ends - since), " s of an outage");
}

}  // namespace

std::vector<std::string> find_faults_of_outage(scenario const& of, std::vector<attempt_log> const& log, double& goodput)
{
    run_book const none;
    evidence all(of, log, none);
    auto const began = log.empty() ? time_point{} : log.front().started;
    auto const& outage = of.troubles.front();
    auto const begins = began + outage.begins;
    auto const ends = began + outage.ends;
    if (outage.share == 1)
        check_probes(all, begins, ends);
    auto const before = clear_answers(log, begins - goodput_window, begins);
    auto const healed = ends + time_to_recover;
    auto const after = clear_answers(log, healed, healed + goodput_window);
    goodput = static_cast<double>(after) / static_cast<double>(std::max<std::size_t>(before, 1));
    if (goodput < least_goodput)
        all.accuse("RC-17", "goodput is ", goodput, " of what it was, 30 s after an outage");
    return all.take_faults();
}

}  // namespace batch_cancel::simulation
