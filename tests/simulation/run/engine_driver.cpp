#include "simulation/run/engine_driver.hpp"

#include "support/scripted_transport.hpp"
#include "support/virtual_clock.hpp"

#include <batch_cancel/engine.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <charconv>
#include <random>
#include <utility>

namespace batch_cancel::simulation
{

using namespace std::chrono_literals;

namespace
{

class rolling_tokens final : public token_source
{
public:
    rolling_tokens(service_model const& model, test::virtual_clock const& time, bool is_last)
        : model_(model)
        , time_(time)
        , is_last_(is_last)
    {
    }

    boost::asio::awaitable<access_token> get(std::uint64_t refused) override
    {
        bool wants_other = !is_last_ && refused >= generation_;
        for (; wants_other; wants_other = !model_.accepts(generation_, time_.now()))
            ++generation_;
        co_return access_token{.value = "token-" + std::to_string(generation_), .generation = generation_};
    }

private:
    service_model const& model_;
    test::virtual_clock const& time_;
    bool is_last_;
    std::uint64_t generation_{1};
};

class leavings final : public journal
{
public:
    boost::asio::awaitable<void> plan(std::span<pair const>) override
    {
        co_return;
    }

    void admit(pair const&) override {}
    void wait(result const&) override {}
    void pause(std::chrono::system_clock::time_point) override {}

    void settle(result const&) override {}

    void leave(pair const& left) override
    {
        pairs.push_back(left);
    }

    boost::asio::awaitable<void> commit() override
    {
        co_return;
    }

    std::vector<pair> pairs{};
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

class engine_driver
{
public:
    explicit engine_driver(scenario const& of)
        : scenario_(of)
        , begins_(time_.now())
        , model_(of, begins_)
        , tokens_(model_, time_, of.token_is_last)
        , bits_(of.seed * 3 + 5)
    {
        transport_.answer_others([this](test::seen_request const& seen) { return answer(seen); });
        transport_.limit_reads(of.read_limit);
        transport_.delay_connects(of.connect);
    }

    simulated_run play()
    {
        std::vector<pair> wanted;
        for (std::size_t i = 0; i != scenario_.pairs; ++i)
            wanted.push_back({.job_id = "job", .task_id = task_id(i)});
        pair_list pairs(std::move(wanted));
        engine_parts parts;
        parts.transport = &transport_;
        parts.token_source = &tokens_;
        parts.journal = &left_;
        parts.clock = &time_;
        parts.on_event = [this](engine_event const& event)
        {
            book_.has_probed = book_.has_probed || (event.what == engine_event::kind::pace_changed &&
                                                    event.detail == to_string(pace_cause::probing));
        };
        batch_cancel::engine engine(context_.get_executor(), scenario_.options, parts);
        engine_ = &engine;
        engine.async_run(pairs, results_,
                         [this](boost::system::error_code ec, summary made)
                         {
                             book_.error = ec;
                             book_.pairs = made.pairs;
                             book_.requests = made.requests;
                             book_.ended = time_.now();
                             book_.has_ended = true;
                         });
        pass_time();
        book_.results = results_.results();
        book_.left = left_.pairs;
        return {.log = model_.log(), .book = std::move(book_)};
    }

private:
    void settle_down()
    {
        context_.restart();
        while (context_.poll() > 0)
            context_.restart();
    }

    void pass_time()
    {
        auto const latest = begins_ + 24h;
        auto stop_at = scenario_.stop ? begins_ + scenario_.stop->at : time_point::max();
        auto jump_at = scenario_.clock_jump ? begins_ + scenario_.clock_jump->first : time_point::max();
        settle_down();
        while (!book_.has_ended)
        {
            auto const next = std::min({time_.next_wake(), stop_at, jump_at});
            if (next > latest)
                return;
            time_.move_to(next);
            if (next == std::exchange(jump_at, next == jump_at ? time_point::max() : jump_at))
                time_.jump_wall_time(scenario_.clock_jump->second);
            if (next == std::exchange(stop_at, next == stop_at ? time_point::max() : stop_at))
            {
                settle_down();
                if (!book_.has_ended)
                    book_.stopped = time_.now();
                engine_->stop(scenario_.stop->aborts ? stop_kind::abort : stop_kind::drain);
            }
            settle_down();
        }
    }

    test::reply answer(test::seen_request const& seen)
    {
        auto const task = static_cast<std::size_t>(number_after(seen.bytes, "/users/task-"));
        auto const index = model_.on_request(task, seen.at, number_after(seen.bytes, "Bearer token-"));
        auto const& made = model_.log()[index];
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
                        std::chrono::duration_cast<std::chrono::system_clock::duration>(made.answered - begins_);
        auto const date = std::chrono::floor<std::chrono::seconds>(at);
        std::string fields = "Date: " + http_date(date) + "\r\n";
        if (made.retry_after)
            fields += "Retry-After: " + hint_of(*made.retry_after, date) + "\r\n";
        return test::http(made.status == 0 ? 202 : made.status,
                          R"({"status":"Accepted","message":")" + task_id(made.task) + R"("})", fields)
            .bytes;
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
    boost::asio::io_context context_{1};
    test::virtual_clock time_{context_.get_executor()};
    test::scripted_transport transport_{context_.get_executor(), time_};
    time_point begins_;
    service_model model_;
    rolling_tokens tokens_;
    std::mt19937_64 bits_;
    leavings left_;
    result_list results_;
    batch_cancel::engine* engine_{nullptr};
    run_book book_;
};

}  // namespace

simulated_run drive_engine(scenario const& of)
{
    return engine_driver(of).play();
}

}  // namespace batch_cancel::simulation
