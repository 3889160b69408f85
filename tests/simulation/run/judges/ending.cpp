#include "simulation/run/judges/evidence.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <functional>
#include <set>

namespace batch_cancel::simulation
{

using namespace std::chrono_literals;

namespace
{

constexpr auto longest_drain = 32s;
constexpr auto longest_abort = 1s;
constexpr std::size_t least_refused = 20;
constexpr std::size_t least_unreadable = 10;
constexpr std::size_t least_outcomes = 100;

void check_stop(evidence& all)
{
    auto const& book = all.book;
    if (book.stopped != time_point::max() && all.log.size() > book.sent_before_stop)
    {
        auto const& late = all.log[book.sent_before_stop];
        all.accuse("RC-20", task_id(late.task), " is sent ", seconds(late.started - book.stopped), " s after the stop");
    }
    if (all.of.stop && all.of.stop->is_bounded && book.stopped != time_point::max() &&
        book.ended > book.stopped + longest_drain)
        all.accuse("RC-20", "the run ends ", seconds(book.ended - book.stopped), " s after the stop");
    if (book.aborted != time_point::max() && book.ended > book.aborted + longest_abort)
        all.accuse("RC-20", "the run ends ", seconds(book.ended - book.aborted), " s after the abort");
}

// The outcome with which so many have failed that the run stops; nothing if that never happens.
noted_outcome const* halting(evidence const& all)
{
    auto const& options = all.of.options;
    std::size_t outcomes = 0;
    std::size_t failed = 0;
    for (auto const& each : all.book.noted)
    {
        ++outcomes;
        failed += each.outcome == outcome::failed ? 1 : 0;
        bool const is_number = options.max_failed != 0 && failed >= options.max_failed;
        bool const is_share = options.max_failed_share > 0 && outcomes >= least_outcomes &&
                              static_cast<double>(failed) >= options.max_failed_share * static_cast<double>(outcomes);
        if (is_number || is_share)
            return &each;
    }
    return nullptr;
}

// When the answers to so many different pairs in a row could not be read.
time_point no_http(evidence const& all, bool doubtful)
{
    std::vector<attempt_log const*> answers;
    for (auto const& each : all.log)
    {
        bool const is_unreadable = each.seen == visible::garbage || (doubtful && each.seen == visible::part_of_header);
        if (is_unreadable || each.has_answer())
            answers.push_back(&each);
    }
    // What comes at the same time may be taken in either order.
    std::sort(answers.begin(), answers.end(),
              [&](auto* a, auto* b)
              {
                  if (a->answered != b->answered)
                      return a->answered < b->answered;
                  if (a->has_answer() != b->has_answer())
                      return doubtful == a->has_answer();
                  return std::less<>{}(a, b);  // as they stand in the log
              });
    std::set<std::size_t> tasks;
    for (auto const* each : answers)
    {
        if (each->has_answer())
            tasks.clear();
        else
            tasks.insert(each->task);
        if (tasks.size() >= least_unreadable)
            return each->answered;
    }
    return time_point::max();
}

bool is_refused(attempt_log const& attempt)
{
    return attempt.is_refusal() || (attempt.has_answer() && attempt.status == 403);
}

bool credentials_are_refused(evidence const& all)
{
    std::size_t refused = 0;
    std::size_t others = 0;
    for (auto const& each : all.book.left)
    {
        auto const& attempts = all.by_task.at(task_of(each.task_id));
        if (attempts.empty())
            others += all.of.options.max_begun == 0 ? 1 : 0;
        else if (is_refused(*attempts.back()))
            ++refused;
        else
            ++others;
    }
    return refused >= least_refused || (refused != 0 && others == 0);
}

// The time up to which the service, at some time, has asked everyone to wait; and when it said so.
struct demand
{
    time_point said{};
    time_point until{};
};

std::vector<demand> demands(evidence const& all)
{
    std::vector<demand> found;
    for (auto const& each : all.log)
    {
        // A tenth, or a second, is added so that several clients do not come back at once.
        if (each.is_throttle() && each.retry_after)
            found.push_back(
                {each.answered, each.answered + *each.retry_after + std::min<duration>(1s, *each.retry_after / 10)});
    }
    return found;
}

std::vector<time_point> outcome_times(evidence const& all)
{
    std::vector<time_point> times{all.book.began};
    for (auto const& each : all.book.noted)
        times.push_back(each.at);
    std::sort(times.begin(), times.end());
    return times;
}

bool patience_is_over(evidence const& all)
{
    auto const patience = all.of.options.patience;
    auto times = outcome_times(all);
    auto const asked = demands(all);
    for (auto const& each : asked)
    {
        auto const last = *std::prev(std::upper_bound(times.begin(), times.end(), each.said));
        if (each.until >= last + patience)
            return true;
    }
    times.push_back(all.book.ended);
    return std::adjacent_find(times.begin(), times.end(), [&](auto a, auto b) { return b - a >= patience; }) !=
           times.end();
}

bool time_is_over(evidence const& all)
{
    auto const end = all.book.began + all.of.options.max_duration;
    auto const asked = demands(all);
    return all.book.ended >= end ||
           std::any_of(asked.begin(), asked.end(), [&](demand const& each) { return each.until >= end; });
}

bool pilot_is_done(evidence const& all)
{
    auto const begun = std::count_if(all.by_task.begin(), all.by_task.end(), [](auto& each) { return !each.empty(); });
    return all.of.options.max_begun != 0 && static_cast<std::size_t>(begun) == all.of.options.max_begun &&
           all.book.results.size() == all.of.options.max_begun;
}

// The first time that anything came over a connection, as far as the service knows.
time_point first_answer(evidence const& all)
{
    auto first = time_point::max();
    for (auto const& each : all.log)
    {
        if (each.started >= all.book.began && each.seen != visible::nothing)
            first = std::min(first, each.answered);
    }
    return first;
}

// The first connection to be refused; the end of time if none was.
time_point first_refusal(evidence const& all)
{
    auto const& refusals = all.book.refusals;
    return refusals.empty() ? time_point::max() : *std::min_element(refusals.begin(), refusals.end());
}

bool is_justified(evidence const& all)
{
    auto const& error = all.book.error;
    if (error == boost::asio::error::operation_aborted)
        return all.of.stop.has_value() && all.book.ended >= all.book.stopped;
    if (error == errc::halted)
        return halting(all) != nullptr;
    if (error == errc::not_http)
        return no_http(all, true) != time_point::max();
    if (error == errc::credentials_refused)
        return credentials_are_refused(all);
    if (error == errc::pilot_done)
        return pilot_is_done(all);
    if (error == errc::first_contact_failed)
        return first_refusal(all) <= first_answer(all) && first_refusal(all) <= all.book.ended;
    if (error == errc::out_of_time)
        return all.of.options.max_duration != duration::zero() && time_is_over(all);
    if (error == errc::patience_exhausted)
        return all.of.options.patience != duration::zero() && patience_is_over(all);
    return false;
}

void check_nothing_after(evidence& all, time_point end, char const* why)
{
    auto const late =
        std::find_if(all.log.begin(), all.log.end(), [&](attempt_log const& each) { return each.started > end; });
    if (late != all.log.end())
        all.accuse("cause", task_id(late->task), " is sent ", seconds(late->started - end), " s after ", why);
}

// What should have stopped the run has done so.
void check_limits(evidence& all)
{
    auto const& options = all.of.options;
    if (auto const* const last = halting(all))
        check_nothing_after(all, last->at, "too many pairs had failed");
    if (auto const when = no_http(all, false); when != time_point::max())
        check_nothing_after(all, when, "ten answers in a row that are no HTTP");
    if (options.max_duration != duration::zero())
        check_nothing_after(all, all.book.began + options.max_duration, "the time for the run");
    if (first_refusal(all) < first_answer(all))
        check_nothing_after(all, first_refusal(all), "the first connection was refused");
    auto const begun = std::count_if(all.by_task.begin(), all.by_task.end(), [](auto& each) { return !each.empty(); });
    if (options.max_begun != 0 && static_cast<std::size_t>(begun) > options.max_begun)
        all.accuse("cause", begun, " pairs are begun, ", options.max_begun, " may be");
}

// Pairs that are put aside for a refused token leave a run without anything to do for a while, which is no lack of outcomes.
void check_stop_of_patience(evidence& all)
{
    auto const patience = all.of.options.patience;
    bool const puts_aside = std::any_of(all.log.begin(), all.log.end(), is_refused);
    if (patience == duration::zero() || puts_aside)
        return;
    auto const times = outcome_times(all);
    std::size_t begun = 0;
    time_point since{};
    for (auto const& each : all.log)
    {
        auto const next = std::upper_bound(times.begin(), times.end(), each.started);
        auto const outcomes = static_cast<std::size_t>(next - times.begin()) - 1;
        since = std::max(since, *std::prev(next));
        if (each.number == 0 && outcomes >= begun++)
            since = each.started;  // there was nothing to get an outcome for
        if (each.started - since > patience)
        {
            all.accuse("cause", task_id(each.task), " is sent ", seconds(each.started - since),
                       " s after the last outcome");
            return;
        }
    }
}

// Each pair that goes on failing takes its attempts, and retries have their share of the time.
void check_progress(evidence& all)
{
    auto healed = all.book.began;
    for (auto const& each : all.of.troubles)
        healed = std::max(healed, all.book.began + each.ends);
    auto const bound = longest_run(all.of);
    if (all.book.ended > healed + bound)
        all.accuse("RC-21", "the run ends ", seconds(all.book.ended - healed), " s after the last trouble");
}

}  // namespace

void judge_end(evidence& all)
{
    check_stop(all);
    if (all.book.error && !is_justified(all))
        all.accuse("cause", "the run stops without cause: ", all.book.error.message());
    check_limits(all);
    check_stop_of_patience(all);
    check_progress(all);
}

}  // namespace batch_cancel::simulation
