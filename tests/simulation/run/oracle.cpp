#include "simulation/run/oracle.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

namespace batch_cancel::simulation
{

using namespace std::chrono_literals;

namespace
{

double seconds(duration span)
{
    return std::chrono::duration<double>(span).count();
}

bool is_retry_of_failure(attempt_log const& last)
{
    return last.is_transient();
}

class judge
{
public:
    judge(scenario const& of, std::vector<attempt_log> const& log, run_book const& book)
        : scenario_(of)
        , log_(log)
        , book_(book)
        , by_task_(of.pairs)
    {
        for (auto const& each : log)
            by_task_[each.task].push_back(&each);
    }

    std::vector<std::string> faults()
    {
        if (!book_.has_ended)
        {
            say() << "RC-21: the run does not end";
            return take();
        }
        check_completeness();
        for (auto const& each : book_.results)
            check_result(each);
        for (auto const& each : book_.left)
            check_left(each);
        check_books();
        check_pauses();
        check_retries();
        check_rate();
        check_tokens();
        check_in_flight();
        check_end();
        return take();
    }

private:
    std::ostringstream& say()
    {
        if (!text_.str().empty())
            text_ << '\n';
        return text_;
    }

    std::vector<std::string> take()
    {
        std::vector<std::string> lines;
        std::istringstream all(text_.str());
        for (std::string line; std::getline(all, line);)
            lines.push_back(line);
        return lines;
    }

    static std::size_t task_of(pair const& named)
    {
        std::size_t task = 0;
        auto const& id = named.task_id;
        std::from_chars(id.data() + 5, id.data() + id.size(), task);
        return task;
    }

    // RC-01
    void check_completeness()
    {
        std::vector<unsigned> seen(scenario_.pairs, 0);
        for (auto const& each : book_.results)
            ++seen.at(task_of(each.pair));
        for (auto const& each : book_.left)
            ++seen.at(task_of(each));
        std::size_t pulled = 0;
        for (std::size_t task = 0; task != seen.size(); ++task)
        {
            pulled += seen[task];
            if (seen[task] > 1)
                say() << "RC-01: " << task_id(task) << " is recorded " << seen[task] << " times";
            if (seen[task] == 0 && (!book_.error || !by_task_[task].empty()))
                say() << "RC-01: " << task_id(task) << " is in no record";
        }
        if (!book_.error && !book_.left.empty())
            say() << "RC-01: the run is complete, yet " << book_.left.size() << " pairs are left";
        if (book_.pairs.pairs != pulled)
            say() << "RC-30: " << book_.pairs.pairs << " pairs are counted, " << pulled << " recorded";
    }

    void check_result(result const& made)
    {
        auto const task = task_of(made.pair);
        auto const& attempts = by_task_.at(task);
        auto const name = task_id(task);
        if (made.attempts != attempts.size())
            say() << "RC-02: " << name << " has " << made.attempts << " attempts, the service saw " << attempts.size();
        bool const is_unknown = std::any_of(attempts.begin(), attempts.end(), [](auto* a) { return a->is_unknown(); });
        if (is_unknown && !made.ambiguous)
            say() << "RC-04: " << name << " is not ambiguous, though an attempt's effect is unknown";
        if (!is_unknown && made.ambiguous)
            say() << "RC-04: " << name << " is ambiguous, though every attempt's effect is known";
        if (attempts.empty())
        {
            say() << "RC-03: " << name << " has an outcome and was never sent";
            return;
        }
        auto const& last = *attempts.back();
        check_outcome(made, last, name);
        check_sends(attempts, name);
        check_failure(made, attempts, name);
    }

    void check_outcome(result const& made, attempt_log const& last, std::string const& name)
    {
        auto const status = last.has_answer() ? last.status : 0;
        if (made.status != status)
            say() << "RC-02: " << name << " has status " << made.status << ", the service answered " << status;
        auto expected = outcome::failed;
        if (status == 202)
            expected = outcome::accepted;
        else if (status == 409)
            expected = outcome::conflict;
        if (made.outcome != expected)
            say() << "RC-03: " << name << " is " << to_string(made.outcome) << " after status " << status;
        if (made.outcome != outcome::failed)
            return;
        auto why = reason::connection;
        if (last.seen == visible::silence)
            why = reason::timeout;
        else if (last.seen == visible::garbage || last.seen == visible::part_of_header)
            why = reason::unreadable_response;
        else if (last.has_answer())
            why = reason_of(last);
        // An answer that ends within its header may be told either way.
        bool const may_be_connection = last.seen == visible::part_of_header && made.reason == reason::connection;
        if (made.reason != why && !may_be_connection)
            say() << "RC-03: " << name << " failed " << to_string(made.reason) << " instead of " << to_string(why);
    }

    static reason reason_of(attempt_log const& last)
    {
        switch (last.status)
        {
        case 401:
            return reason::unauthorized;
        case 403:
            return reason::forbidden;
        case 404:
            return reason::not_found;
        case 408:
            return reason::timeout;
        case 423:
        case 425:
            return reason::unexpected_status;
        default:
            return last.is_throttle() ? reason::throttled : reason::server_error;
        }
    }

    // Nobody fails by an outage that passes: for as long as it failed, another pair was answered, or there was no other.
    void check_failure(result const& made, std::vector<attempt_log const*> const& attempts, std::string const& name)
    {
        auto const& last = *attempts.back();
        bool const is_final = scenario_.options.after_ambiguous == after_ambiguous::stop && made.ambiguous;
        if (made.outcome != outcome::failed || !last.is_transient() || is_final)
            return;
        auto const first = std::find_if(attempts.begin(), attempts.end(), [](auto* a) { return a->is_transient(); });
        if (*first == &last)
            return;
        auto const end = [&](attempt_log const& a)
        { return a.seen == visible::silence ? a.started + scenario_.options.attempt_timeout : a.answered; };
        bool others_answered = false;
        bool others_to_begin = false;
        for (auto const& each : log_)
        {
            bool const is_clear =
                each.has_answer() && !each.is_transient() && !each.is_throttle() && each.status != 401;
            others_answered =
                others_answered || (is_clear && each.answered >= end(**first) && each.answered <= end(last));
            // What started just afterwards may have been on its way, waiting for its connection.
            others_to_begin = others_to_begin || (each.number == 0 && each.started > end(last) + 5s);
        }
        if (others_to_begin && !others_answered)
            say() << "outage: " << name << " failed while no other pair was answered";
    }

    // RC-05
    void check_sends(std::vector<attempt_log const*> const& attempts, std::string const& name)
    {
        std::size_t counted = 0;
        for (std::size_t i = 0; i != attempts.size(); ++i)
        {
            auto const& each = *attempts[i];
            if (!each.is_throttle() && each.status != 401)
                ++counted;
            bool const is_last = i + 1 == attempts.size();
            if (scenario_.options.after_ambiguous == after_ambiguous::stop && each.is_unknown() && !is_last)
                say() << "RC-05: " << name << " is sent again after an ambiguous attempt";
            if (!is_last && !each.is_transient() && !each.is_throttle() && each.status != 401)
                say() << "RC-05: " << name << " is sent again after status " << each.status;
        }
        if (counted > scenario_.options.max_attempts && !book_.has_probed)
            say() << "RC-05: " << name << " is sent " << counted << " times";
    }

    void check_left(pair const& left)
    {
        auto const task = task_of(left);
        auto const& attempts = by_task_.at(task);
        if (left.earlier_attempts != attempts.size())
            say() << "RC-02: " << task_id(task) << " is left with " << left.earlier_attempts
                  << " attempts, the service saw " << attempts.size();
        bool unknown = false;
        for (auto const* each : attempts)
            unknown = unknown || each->is_unknown() || each->answered > book_.ended;
        if (unknown && !left.ambiguous)
            say() << "RC-04: " << task_id(task) << " is left and not ambiguous, though its effect is unknown";
        if (!left.ambiguous && !attempts.empty())
        {
            for (auto const* each : attempts)
            {
                if (each->applied)
                    say() << "RC-04: " << task_id(task) << " was cancelled, is left, and is not ambiguous";
            }
        }
    }

    // RC-30
    void check_books()
    {
        auto const& pairs = book_.pairs;
        std::size_t retried = 0;
        std::size_t throttled = 0;
        for (auto const& each : log_)
        {
            retried += each.number != 0 ? 1 : 0;
            throttled += each.is_throttle() && each.answered <= book_.ended ? 1 : 0;
        }
        if (pairs.settled() != book_.results.size() || pairs.unprocessed != book_.left.size())
            say() << "RC-30: outcomes do not add up";
        if (book_.requests.attempts != log_.size() || book_.requests.sent != log_.size())
            say() << "RC-30: " << book_.requests.attempts << " attempts are counted, the service saw " << log_.size();
        if (book_.requests.retried != retried)
            say() << "RC-30: " << book_.requests.retried << " retries are counted, the service saw " << retried;
        if (book_.requests.throttled != throttled)
            say() << "RC-30: " << book_.requests.throttled << " throttles are counted, the service made " << throttled;
    }

    // RC-15: nothing starts between the receipt of a Retry-After and its end.
    void check_pauses()
    {
        std::vector<attempt_log const*> throttles;
        for (auto const& each : log_)
        {
            if (each.is_throttle() && each.retry_after)
                throttles.push_back(&each);
        }
        std::sort(throttles.begin(), throttles.end(), [](auto* a, auto* b) { return a->answered < b->answered; });
        std::size_t received = 0;
        time_point held_until{};
        for (auto const& each : log_)  // in order of starting
        {
            for (; received != throttles.size() && throttles[received]->answered < each.started; ++received)
                held_until = std::max(held_until, throttles[received]->answered + *throttles[received]->retry_after);
            if (each.started < held_until)
                say() << "RC-15: " << task_id(each.task) << " is sent " << seconds(held_until - each.started)
                      << " s before Retry-After has passed";
        }
    }

    // RC-17: in any minute, retries for failures <= a tenth of the first attempts + 60.
    void check_retries()
    {
        std::vector<attempt_log const*> last(scenario_.pairs, nullptr);
        std::size_t firsts = 0;
        std::size_t retries = 0;
        std::size_t oldest = 0;
        std::vector<int> kind;  // of each attempt: 0 first, 1 retry of a failure, 2 other
        for (std::size_t i = 0; i != log_.size(); ++i)
        {
            auto const& each = log_[i];
            auto const* const before = std::exchange(last[each.task], &each);
            kind.push_back(before == nullptr ? 0 : is_retry_of_failure(*before) ? 1 : 2);
            firsts += kind.back() == 0 ? 1 : 0;
            retries += kind.back() == 1 ? 1 : 0;
            for (; log_[oldest].started <= each.started - 60s; ++oldest)
            {
                firsts -= kind[oldest] == 0 ? 1 : 0;
                retries -= kind[oldest] == 1 ? 1 : 0;
            }
            if (static_cast<double>(retries) > 0.1 * static_cast<double>(firsts) + 60)
            {
                say() << "RC-17: " << retries << " retries beside " << firsts << " first attempts in a minute";
                return;
            }
        }
    }

    // --rate: evenly, but for a timer that fires late.
    void check_rate()
    {
        auto const rate = scenario_.options.max_rate;
        if (rate == 0)
            return;
        std::size_t oldest = 0;
        for (std::size_t i = 0; i != log_.size(); ++i)
        {
            for (; log_[oldest].started <= log_[i].started - 1s; ++oldest)
            {
            }
            if (static_cast<double>(i - oldest + 1) > rate + 2)
            {
                say() << "rate: " << i - oldest + 1 << " requests in a second, " << rate << " are allowed";
                return;
            }
        }
    }

    // RC-18: hardly anything is sent with a token that is known to be refused.
    void check_tokens()
    {
        std::vector<std::pair<std::uint64_t, time_point>> refused;
        for (auto const& each : log_)
        {
            if (each.status == 401)
                refused.emplace_back(each.token, each.answered);
        }
        if (scenario_.token_is_last)
            return;  // then there is none other to be sent with
        std::size_t late = 0;
        for (auto const& each : log_)
        {
            late +=
                std::any_of(refused.begin(), refused.end(),
                            [&](auto const& known) { return known.first == each.token && known.second < each.started; })
                    ? 1
                    : 0;
        }
        std::set<std::uint64_t> tokens;
        for (auto const& each : refused)
            tokens.insert(each.first);
        if (late > 2 * scenario_.options.max_in_flight * tokens.size())
            say() << "RC-18: " << late << " requests with a token that had been refused";
    }

    // RC-27
    void check_in_flight()
    {
        std::multiset<time_point> ends;
        for (auto const& each : log_)
        {
            while (!ends.empty() && *ends.begin() <= each.started)
                ends.erase(ends.begin());
            ends.insert(each.seen == visible::silence ? each.started + scenario_.options.attempt_timeout
                                                      : each.answered);
            if (ends.size() > scenario_.options.max_in_flight)
            {
                say() << "RC-27: " << ends.size() << " requests in flight";
                return;
            }
        }
        for (auto const& each : log_)
        {
            if (each.started > book_.stopped)
            {
                say() << "RC-20: " << task_id(each.task) << " is sent after the stop";
                return;
            }
        }
    }

    std::size_t count(bool (*holds)(attempt_log const&)) const
    {
        return static_cast<std::size_t>(std::count_if(log_.begin(), log_.end(), holds));
    }

    // RC-19, RC-21: what ends a run before its last pair has its cause.
    void check_end()
    {
        auto const& error = book_.error;
        if (!error)
            return;
        auto const& options = scenario_.options;
        bool is_justified = false;
        if (error == boost::asio::error::operation_aborted)
            is_justified = scenario_.stop.has_value();
        else if (error == errc::halted)
            is_justified = static_cast<double>(book_.pairs.failed) >= 0.4 * static_cast<double>(book_.pairs.settled());
        else if (error == errc::not_http)
            is_justified = count([](attempt_log const& a)
                                 { return a.seen == visible::garbage || a.seen == visible::part_of_header; }) >= 10;
        else if (error == errc::credentials_refused)
            is_justified = count([](attempt_log const& a) { return a.status == 401 || a.status == 403; }) >=
                           std::min<std::size_t>(20, book_.left.size());
        else if (error == errc::pilot_done)
            is_justified = options.max_begun != 0;
        else if (error == errc::out_of_time)
            is_justified = options.max_duration != duration::zero();
        else if (error == errc::patience_exhausted)
            is_justified = options.patience < engine_options{}.patience;  // no trouble of a scenario outlasts that
        if (!is_justified)
            say() << "RC-21: the run stops without cause: " << error.message();
    }

    scenario const& scenario_;
    std::vector<attempt_log> const& log_;
    run_book const& book_;
    std::vector<std::vector<attempt_log const*>> by_task_;
    std::ostringstream text_;
};

}  // namespace

std::string task_id(std::size_t task)
{
    return "task-" + std::to_string(task);
}

std::vector<std::string> find_faults(scenario const& of, std::vector<attempt_log> const& log, run_book const& book)
{
    return judge(of, log, book).faults();
}

}  // namespace batch_cancel::simulation
