#include "simulation/run/engine_driver.hpp"

#include "support/scripted_transport.hpp"
#include "support/virtual_clock.hpp"

#include <batch_cancel/engine.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <charconv>
#include <deque>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace batch_cancel::simulation
{

using namespace std::chrono_literals;

namespace
{

class rolling_tokens final : public token_source
{
public:
    rolling_tokens(service_model const& model, test::virtual_clock& time, scenario const& of)
        : model_(model)
        , time_(time)
        , takes_(of.refresh)
        , is_last_(of.token_is_last)
    {
    }

    boost::asio::awaitable<access_token> get(std::uint64_t refused) override
    {
        most_at_once_ = std::max(most_at_once_, ++at_once_);
        auto const ready = time_.now() + takes_;
        if (takes_ > duration::zero())
            co_await time_.wait_until(ready);
        --at_once_;
        bool wants_other = !is_last_ && refused >= generation_;
        for (; wants_other; wants_other = !model_.accepts(generation_, time_.now()))
            ++generation_;
        co_return access_token{.value = "token-" + std::to_string(generation_), .generation = generation_};
    }

    std::size_t most_at_once() const noexcept
    {
        return most_at_once_;
    }

private:
    service_model const& model_;
    test::virtual_clock& time_;
    duration takes_;
    bool is_last_;
    std::uint64_t generation_{1};
    std::size_t at_once_{0};
    std::size_t most_at_once_{0};
};

// The journal as the oracle wants it.
class noting_journal final : public journal
{
public:
    noting_journal(run_book& book, saboteur& by, test::virtual_clock const& time)
        : book_(book)
        , saboteur_(by)
        , time_(time)
    {
    }

    boost::asio::awaitable<void> plan(std::span<pair const> block) override
    {
        for (auto const& each : block)
        {
            planned_.insert(task_of(each.task_id));
            to_begin_.push_back(task_of(each.task_id));
        }
        co_return;
    }

    // Out of the order in which they were planned it is another pair that the journal would tell of.
    void begin(pair const& begun) override
    {
        auto const task = task_of(begun.task_id);
        if (to_begin_.empty() || to_begin_.front() != task)
            book_.not_admitted.push_back(task);
        else
            to_begin_.pop_front();
        admit(begun);
    }

    void admit(pair const& admitted) override
    {
        noted_.push_back(task_of(admitted.task_id));
    }

    // From here on it is not to be sent unless it is admitted again.
    void wait(result const& so_far) override
    {
        committed_.erase(task_of(so_far.pair.task_id));
    }

    void pause(std::chrono::system_clock::time_point) override {}

    void settle(result const& settled) override
    {
        book_.noted.push_back({.task = task_of(settled.pair.task_id), .outcome = settled.outcome, .at = time_.now()});
    }

    void leave(pair const& left) override
    {
        book_.left.push_back(left);
        saboteur_.leave(book_.left.back());
    }

    boost::asio::awaitable<void> commit() override
    {
        committed_.insert(noted_.begin(), noted_.end());
        noted_.clear();
        co_return;
    }

    bool has_admitted(std::size_t task) const
    {
        return planned_.contains(task) && committed_.contains(task);
    }

private:
    run_book& book_;
    saboteur& saboteur_;
    test::virtual_clock const& time_;
    std::set<std::size_t> planned_;
    std::deque<std::size_t> to_begin_;
    std::vector<std::size_t> noted_;
    std::set<std::size_t> committed_;
};

class noting_sink final : public result_sink
{
public:
    noting_sink(run_book& book, saboteur& by)
        : book_(book)
        , saboteur_(by)
    {
    }

    boost::asio::awaitable<void> put(result const& settled) override
    {
        if (!saboteur_.loses_result(task_of(settled.pair.task_id)))
            book_.results.push_back(settled);
        co_return;
    }

private:
    run_book& book_;
    saboteur& saboteur_;
};

class noting_source final : public pair_source
{
public:
    noting_source(std::vector<pair> pairs, saboteur& by)
        : pairs_(std::move(pairs))
        , saboteur_(by)
    {
    }

    boost::asio::awaitable<std::size_t> read_some(std::span<pair> into) override
    {
        std::size_t filled = 0;
        for (; filled != into.size() && pulled_ != pairs_.size(); ++pulled_)
        {
            if (!saboteur_.loses_pair(task_of(pairs_[pulled_].task_id)))
                into[filled++] = pairs_[pulled_];
        }
        co_return filled;
    }

    std::size_t pulled() const noexcept
    {
        return pulled_;
    }

    std::vector<pair> rest() const
    {
        return {pairs_.begin() + static_cast<std::ptrdiff_t>(pulled_), pairs_.end()};
    }

private:
    std::vector<pair> pairs_;
    saboteur& saboteur_;
    std::size_t pulled_{0};
};

std::uint64_t number_after(std::string const& text, std::string_view before)
{
    std::uint64_t found = 0;
    auto const from = text.find(before);
    if (from != std::string::npos)
        std::from_chars(text.data() + from + before.size(), text.data() + text.size(), found);
    return found;
}

std::string http_date(std::chrono::system_clock::time_point when)
{
    auto const seconds = std::chrono::system_clock::to_time_t(when);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    auto const length = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text, length};
}

std::string text_after(std::string const& text, std::string_view before)
{
    auto const from = text.find(before);
    if (from == std::string::npos)
        return {};
    auto const start = from + before.size();
    return text.substr(start, text.find("\r\n", start) - start);
}

class engine_driver
{
public:
    engine_driver(scenario const& of, planted what)
        : scenario_(of)
        , saboteur_(what, of)
        , began_(time_.now())
        , model_(of, began_)
        , tokens_(model_, time_, of)
        , bits_(of.seed * 3 + 5)
        , refusing_(of.seed * 7 + 3)
    {
        transport_.answer_others([this](test::seen_request const& seen) { return answer(seen); });
        transport_.limit_reads(of.read_limit);
        transport_.answer_connects([this] { return connect(); });
    }

    driven_run play(then goes_on)
    {
        if (scenario_.stop)
            stop_at_ = began_ + scenario_.stop->at;
        if (scenario_.clock_jump)
            jump_at_ = began_ + scenario_.clock_jump->first;
        std::vector<pair> wanted;
        for (std::size_t i = 0; i != scenario_.pairs; ++i)
            wanted.push_back({.job_id = "job", .task_id = task_id(i)});
        noting_source pairs(std::move(wanted), saboteur_);
        driven_run made;
        made.first = play_once(pairs);
        if (goes_on == then::resumes && made.first.book.has_ended && made.first.book.error)
        {
            auto left = made.first.book.left;
            auto const rest = pairs.rest();
            left.insert(left.end(), rest.begin(), rest.end());
            noting_source resumed(std::move(left), saboteur_);
            stop_at_ = tell_at_ = abort_at_ = time_point::max();
            time_.move_to(time_.now() + 1h);
            made.resumed = play_once(resumed);
        }
        made.was_sabotaged = saboteur_.was_at_work();
        return made;
    }

private:
    simulated_run play_once(noting_source& pairs)
    {
        book_ = {};
        book_.began = time_.now();
        noting_journal notes(book_, saboteur_, time_);
        noting_sink results(book_, saboteur_);
        journal_ = &notes;
        engine_parts parts;
        parts.transport = &transport_;
        parts.token_source = &tokens_;
        parts.journal = &notes;
        parts.clock = &time_;
        parts.on_event = [this](engine_event const& event) { hear(event); };
        {
            batch_cancel::engine engine(context_.get_executor(), saboteur_.options(), parts);
            engine.async_run(pairs, results,
                             [this](boost::system::error_code ec, summary made)
                             {
                                 book_.error = ec;
                                 book_.pairs = made.pairs;
                                 book_.requests = made.requests;
                                 book_.ended = time_.now();
                                 book_.has_ended = true;
                             });
            pass_time(engine);
        }
        settle_down();
        book_.pulled = pairs.pulled();
        book_.connections = transport_.most_open();
        book_.refreshes = tokens_.most_at_once();
        return {.log = model_.log(), .book = std::move(book_)};
    }

    void hear(engine_event const& event)
    {
        if (event.what != engine_event::kind::pace_changed)
            return;
        bool const is_on = event.detail == to_string(pace_cause::probing);
        bool const was_on = !book_.probing.empty() && book_.probing.back().to == time_point::max();
        if (is_on && !was_on)
            book_.probing.push_back({.from = time_.now()});
        else if (!is_on && was_on)
            book_.probing.back().to = time_.now();
    }

    void settle_down()
    {
        context_.restart();
        while (context_.poll() > 0)
            context_.restart();
    }

    void pass_time(batch_cancel::engine& engine)
    {
        auto const latest = time_.now() + 48h;
        settle_down();
        while (!book_.has_ended)
        {
            auto const next = std::min({time_.next_wake(), stop_at_, tell_at_, abort_at_, jump_at_});
            if (next > latest)
                return;
            time_.move_to(next);
            if (next >= jump_at_)
            {
                time_.jump_wall_time(scenario_.clock_jump->second);
                jump_at_ = time_point::max();
            }
            settle_down();
            if (book_.has_ended || next < std::min({stop_at_, tell_at_, abort_at_}))
                continue;
            interrupt(engine);
            settle_down();
        }
    }

    void interrupt(batch_cancel::engine& engine)
    {
        auto const now = time_.now();
        if (now >= stop_at_)
        {
            book_.stopped = now;
            book_.sent_before_stop = model_.log().size();
            tell_at_ = std::exchange(stop_at_, time_point::max()) + saboteur_.stop_delay();
        }
        if (now >= tell_at_)
        {
            tell_at_ = time_point::max();
            if (scenario_.stop->aborts)
                book_.aborted = now;
            else if (scenario_.stop->is_bounded)
                abort_at_ = now + scenario_.stop->then_aborts_after;
            engine.stop(scenario_.stop->aborts ? stop_kind::abort : stop_kind::drain);
        }
        else if (now >= abort_at_)
        {
            abort_at_ = time_point::max();
            book_.aborted = now;
            engine.stop(stop_kind::abort);
        }
    }

    bool is_refused()
    {
        return scenario_.refused > 0 && std::uniform_real_distribution<>(0, 1)(refusing_) < scenario_.refused;
    }

    // Half of the connections that are refused have been by the time they are made; the others when they are used.
    test::connect_plan connect()
    {
        test::connect_plan made{.delay = scenario_.connect};
        if (!is_refused() || refusing_() % 2 == 0 || saboteur_.hides_refusals())
            return made;
        book_.refusals.push_back(time_.now() + made.delay);
        made.ended = test::tls_alert(116);
        return made;
    }

    test::reply refuse()
    {
        test::reply with{.delay = std::chrono::microseconds(1 + refusing_() % 20'000),
                         .then = test::reply::ending::certificate_alert};
        book_.refusals.push_back(time_.now() + with.delay);
        if (saboteur_.hides_refusals())
            with.then = test::reply::ending::reset;
        return with;
    }

    void check_written_ahead(std::size_t task)
    {
        if (!journal_->has_admitted(task))
            book_.not_admitted.push_back(task);
    }

    test::reply answer(test::seen_request const& seen)
    {
        request_facts const facts{.task = task_of(seen.task_id),
                                  .token = number_after(seen.bytes, "Bearer token-"),
                                  .connection = seen.connection,
                                  .client_request_id = text_after(seen.bytes, "client-request-id: ")};
        check_written_ahead(facts.task);
        if (seen.earlier_on_connection == 0 && is_refused())
            return refuse();
        auto const made = saboteur_.shown(model_, saboteur_.deliver(model_, facts, seen.at));
        test::reply with;
        if (made.seen == visible::silence)
            return with;
        with.delay = made.answered - made.started;
        auto const whole = text_of(made);
        auto const header = whole.find("\r\n\r\n") + 4;
        switch (made.seen)
        {
        case visible::answer:
            with.bytes = whole;
            // Some front ends end the connection after any answer.
            with.then = bits_() % 16 == 0 ? test::reply::ending::eof : test::reply::ending::keep;
            break;
        case visible::answer_cut:
            with.bytes = whole.substr(0, header + bits_() % (whole.size() - header));
            with.then = how_it_ends();
            break;
        case visible::part_of_header:
            with.bytes = whole.substr(0, 1 + bits_() % (header - 1));
            with.then = how_it_ends();
            break;
        case visible::garbage:
            with.bytes = "SSH-2.0-OpenSSH_9.2p1\r\n\r\n\r\n";
            with.then = how_it_ends();
            break;
        default:
            with.then = how_it_ends();
            break;
        }
        return with;
    }

    test::reply::ending how_it_ends()
    {
        return bits_() % 2 == 0 ? test::reply::ending::eof : test::reply::ending::reset;
    }

    std::string text_of(attempt_log const& made)
    {
        // The service's own clock: nothing of the client's jumps.
        auto const at = std::chrono::system_clock::time_point(1'790'000'000s) +
                        std::chrono::duration_cast<std::chrono::system_clock::duration>(made.answered - began_);
        auto const date = std::chrono::floor<std::chrono::seconds>(at);
        std::string fields = "Date: " + http_date(date) + "\r\nrequest-id: " + request_id_of(made) + "\r\n";
        if (made.retry_after)
            fields += "Retry-After: " + hint_of(*made.retry_after, date) + "\r\n";
        auto const words = texts_of(made);
        auto const message = R"("message":")" + words.message + R"("})";
        auto const body = words.error_code.empty() ? R"({"status":")" + words.status + "\"," + message
                                                   : R"({"error":{"code":")" + words.error_code + "\"," + message + "}";
        return test::http(made.status == 0 ? 202 : made.status, body, fields).bytes;
    }

    std::string hint_of(std::chrono::milliseconds wait, std::chrono::system_clock::time_point date) const
    {
        auto const whole = std::chrono::duration_cast<std::chrono::seconds>(wait);
        if (scenario_.limit && scenario_.limit->says == limiter::hint::date && whole == wait)
            return http_date(date + wait);
        if (whole == wait)
            return std::to_string(whole.count());
        auto fraction = std::to_string(1000 + (wait - whole).count()).substr(1);
        return std::to_string(whole.count()) + "." + fraction;
    }

    scenario const& scenario_;
    saboteur saboteur_;
    boost::asio::io_context context_{1};
    test::virtual_clock time_{context_.get_executor()};
    test::scripted_transport transport_{context_.get_executor(), time_};
    time_point began_;
    service_model model_;
    rolling_tokens tokens_;
    std::mt19937_64 bits_;
    std::mt19937_64 refusing_;
    run_book book_;
    noting_journal* journal_{nullptr};        // of the run under way
    time_point stop_at_{time_point::max()};   // as the scenario has it
    time_point tell_at_{time_point::max()};   // when the engine is told
    time_point abort_at_{time_point::max()};  // and when to abort
    time_point jump_at_{time_point::max()};
};

}  // namespace

driven_run drive_engine(scenario const& of, planted what, then goes_on)
{
    return engine_driver(of, what).play(goes_on);
}

}  // namespace batch_cancel::simulation
