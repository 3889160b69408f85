#include "net/connection_pool.hpp"

#include "net/certificate_alert.hpp"

#include <boost/asio/error.hpp>

#include <random>
#include <utility>

namespace batch_cancel::net
{

namespace asio = boost::asio;

namespace
{

// Below the minute after which the boxes in between forget a silent connection.
constexpr auto longest_idle = std::chrono::seconds(30);
constexpr auto mean_life = std::chrono::minutes(10);
constexpr unsigned most_requests = 5000;

// Why a new connection cannot be used, by what ended it, if anything did.
connect_failure unusable(boost::system::error_code const& fault)
{
    if (is_certificate_alert(fault))
        return {connect_step::client_certificate, fault, "the service " + describe_certificate_alert(fault)};
    if (fault && fault != asio::error::eof)
        return {connect_step::handshake, fault, "the connection ended before it could be used: " + fault.message()};
    // What it says before it is asked would be taken for the answer to the first request.
    return {connect_step::handshake, asio::error::connection_aborted,
            "the service spoke before it was asked, or closed the connection at once"};
}

}  // namespace

connection_pool::connection_pool(asio::any_io_executor strand, transport& transport, clock& time,
                                 traffic::random_bits& random, reports told)
    : transport_(transport)
    , time_(time)
    , random_(random)
    , told_(std::move(told))
    , waiting_(std::move(strand))
{
}

std::optional<pooled_connection> connection_pool::take_idle(clock::time_point now)
{
    while (!idle_.empty())
    {
        auto candidate = std::move(idle_.back());
        idle_.pop_back();
        if (now - candidate.idle_since > longest_idle)
            continue;
        if (candidate.stream->is_quiet())
            return candidate;
        take_fault(candidate);
    }
    return std::nullopt;
}

asio::awaitable<std::optional<pooled_connection>> connection_pool::get(freshness wanted)
{
    std::optional<pooled_connection> result;
    while (!stopped_ && !gave_up_)
    {
        auto const now = time_.now();
        if (wanted == freshness::any)
            result = take_idle(now);
        if (result)
            break;
        if (rule_.one_at_a_time() && opening_ > 0)
        {
            co_await waiting_.wait();
            continue;
        }
        // Counted before the wait, so that one prober waits and the others wait for it.
        ++opening_;
        // A lane has one connection at most, so that with one less idle there are never more than lanes.
        if (!idle_.empty())
            idle_.erase(idle_.begin());
        if (rule_.next_try() > now)
            co_await time_.wait_until(rule_.next_try());
        if (!stopped_)
            result = co_await open();
        --opening_;
        waiting_.wake_all();
        if (result)
            break;
    }
    co_return result;
}

asio::awaitable<std::optional<pooled_connection>> connection_pool::open()
{
    std::optional<pooled_connection> result;
    auto made = co_await transport_.connect();
    for (auto const& failed : made.failed_addresses)
        told_.address_failed(failed);
    if (made.connection && !made.connection->is_quiet())
    {
        made.failure = unusable(made.connection->fault());
        made.connection.reset();
    }
    if (made.connection)
    {
        rule_.on_success(time_.now(), random_);
        ++opened_;
        told_.opened(made.peer);
        result = wrap(std::move(made.connection));
    }
    else if (!stopped_)
        take_failure(std::move(made.failure));
    co_return result;
}

void connection_pool::take_failure(connect_failure failure)
{
    told_.failed(failure);
    if (rule_.on_failure(failure.step, time_.now(), random_) == core::contact_rule::decision::give_up)
        gave_up_ = std::move(failure);
}

// An idle connection has ended. Only before its first answer that may say something about all of them.
void connection_pool::take_fault(pooled_connection const& lost)
{
    if (auto const fault = lost.stream->fault(); lost.requests == 0 && is_certificate_alert(fault))
        note_refusal(fault);
}

void connection_pool::note_first_answer()
{
    bool const was_in_doubt = rule_.one_at_a_time();
    rule_.on_first_answer();
    if (was_in_doubt && !rule_.one_at_a_time())
        waiting_.wake_all();
}

void connection_pool::note_refusal(boost::system::error_code const& alert)
{
    take_failure(unusable(alert));
    if (gave_up_)
        waiting_.wake_all();
}

pooled_connection connection_pool::wrap(std::unique_ptr<batch_cancel::connection> stream)
{
    using seconds = std::chrono::duration<double>;
    std::uniform_real_distribution<double> fifth_more_or_less(0.8, 1.2);
    auto const life = std::chrono::duration_cast<clock::duration>(seconds(mean_life) * fifth_more_or_less(random_));
    pooled_connection result;
    result.stream = std::move(stream);
    result.retires_at = time_.now() + life;
    return result;
}

void connection_pool::give_back(pooled_connection idle, clock::time_point now)
{
    if (stopped_ || now >= idle.retires_at || idle.requests >= most_requests)
        return;
    idle.idle_since = now;
    idle_.push_back(std::move(idle));
    waiting_.wake_all();
}

void connection_pool::stop()
{
    stopped_ = true;
    idle_.clear();
    waiting_.wake_all();
}

}  // namespace batch_cancel::net
