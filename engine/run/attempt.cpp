#include "run/run.hpp"

#include "wire/http_date.hpp"
#include "wire/retry_after.hpp"
#include "wire/utf8.hpp"

#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <utility>

namespace batch_cancel::run
{

namespace asio = boost::asio;
using ending = net::exchange_result::ending;

namespace
{

// A connection that fails as soon as it is written to must not be followed by another one without pause.
constexpr auto after_not_sent = std::chrono::milliseconds(50);

constexpr std::size_t longest_header_text = 256;

std::optional<std::chrono::milliseconds> longest_wait(wire::response_head const& head, clock const& time)
{
    std::optional<std::chrono::milliseconds> longest;
    for (auto const& value : head.retry_after)
    {
        auto const wait = wire::parse_retry_after(value, wire::parse_http_date(head.date), time.wall_now());
        if (wait && (!longest || *wait > *longest))
            longest = wait;
    }
    return longest;
}

void say_loss(std::string& message, net::exchange_result const& exchanged, wire::response_reader const& reader)
{
    switch (exchanged.how)
    {
    case ending::timeout:
        message = "no answer in time";
        return;
    case ending::unreadable:
        message = "the answer cannot be read: ";
        message += reader.fault();
        return;
    default:
        message = "the connection failed: ";
        message += exchanged.error == asio::error::eof ? "the service closed it" : exchanged.error.message();
        return;
    }
}

}  // namespace

// Tells whether everything allows to send at once, and then has the connection to send over.
bool run::is_cleared(lane& self)
{
    if (is_stopping() || credentials_.current().generation == 0)
        return false;
    auto const now = time_.now();
    if (gate_.is_open(now) && !self.current.wants_fresh_connection)
        self.over = pool_.take_idle(now);
    return self.over.has_value();
}

// Waits for whatever does not allow to send yet: token, gate, contact. Without a connection afterwards, the run stops.
asio::awaitable<void> run::clearance(lane& self)
{
    while (!is_stopping() && !is_cleared(self))
    {
        if (credentials_.current().generation == 0)
        {
            bool const has_token = co_await other_token(self, 0);
            if (!has_token && !is_stopping())
                stop_because(errc::token_not_available, credentials_.fault());
            continue;
        }
        if (!gate_.is_open(time_.now()))
        {
            alarm_.set(gate_.opens_at());
            co_await held_.wait();
            continue;
        }
        auto const wanted = self.current.wants_fresh_connection ? net::freshness::fresh : net::freshness::any;
        self.is_interruptible = true;
        auto opened = co_await pool_.get(wanted);
        self.is_interruptible = false;
        if (!opened)
        {
            if (pool_.gave_up() && !is_stopping())
                stop_because(errc::first_contact_failed, pool_.gave_up()->detail);
            continue;
        }
        auto const now = time_.now();
        if (gate_.is_open(now) && !is_stopping())
        {
            self.over = std::move(opened);
            co_return;
        }
        pool_.give_back(std::move(*opened), now);
    }
}

asio::awaitable<bool> run::other_token(lane& self, std::uint64_t refused)
{
    self.is_interruptible = true;
    bool const is_other = co_await credentials_.replace(refused);
    self.is_interruptible = false;
    if (is_other && refused != 0)
    {
        emit({.what = engine_event::kind::token_renewed, .detail = "using another token"});
        try_released(credential_rule_.on_other_token());
    }
    co_return is_other;
}

void run::begin_attempt(lane& self)
{
    auto const& token = credentials_.current();
    if (prepared_token_ != token.generation)
    {
        requests_.use_token(token.value);
        prepared_token_ = token.generation;
    }
    auto& asked = self.current;
    asked.token_generation = token.generation;
    auto& request_id = asked.record.client_request_id;
    request_id.resize(36);
    boost::uuids::to_chars(request_ids_(), request_id.data(), request_id.data() + request_id.size());
    requests_.write_cancel(self.request, asked.record.pair.job_id, asked.record.pair.task_id, request_id);
    self.is_exchanging = true;
    ++in_flight_;
}

// Takes in how an exchange went. Afterwards the lane has the pair no more, or it is settled, or (true) its token was refused.
bool run::end_attempt(lane& self, net::exchange_result const& exchanged)
{
    --in_flight_;
    self.is_exchanging = false;
    auto over = std::move(*self.over);
    self.over.reset();
    if (exchanged.how == ending::not_sent)
    {
        put_back(self, exchanged.ended + after_not_sent);
        return false;
    }
    count_attempt(self.current, exchanged);
    auto const verdict = judge_exchange(self, exchanged, over.requests > 0);
    self.current.refused_at = exchanged.ended;
    if (exchanged.how == ending::answered && self.reader.can_reuse() && !verdict.drop_connection)
    {
        ++over.requests;
        pool_.give_back(std::move(over), exchanged.ended);
    }
    if (verdict.step == core::next_step::retry_with_other_token)
        return true;
    dispose(self, verdict, exchanged.ended);
    return false;
}

void run::count_attempt(core::ticket& made, net::exchange_result const& exchanged)
{
    ++requests_made_.sent;
    ++requests_made_.attempts;
    if (made.was_attempted())
        ++requests_made_.retried;
    else
        made.started = exchanged.started;
    ++made.record.attempts;
    made.record.latency = exchanged.ended - exchanged.started;
    made.record.total = exchanged.ended - made.started;
}

core::verdict run::judge_exchange(lane& self, net::exchange_result const& exchanged, bool was_reused)
{
    if (exchanged.how == ending::answered)
        return judge_answer(self, exchanged);
    return judge_loss(self, exchanged, was_reused);
}

core::verdict run::judge_answer(lane& self, net::exchange_result const& exchanged)
{
    auto const& head = self.reader.head();
    auto& record = self.current.record;
    answers_.read(self.reader.body(), texts_);
    record.status = head.status;
    std::swap(record.service_status, texts_.service_status);
    std::swap(record.message, texts_.message);
    std::swap(record.error_code, texts_.error_code);
    wire::assign_utf8(record.request_id, head.request_id.empty() ? texts_.request_id : head.request_id,
                      longest_header_text);
    record.retry_after = longest_wait(head, time_);

    unreadable_rule_.on_readable();
    if (core::shows_authentication(head.status))
        try_released(credential_rule_.on_working_answer(self.current.token_generation, exchanged.started));
    return core::judge({.status = head.status,
                        .has_retry_after = !head.retry_after.empty(),
                        .insufficient_claims = head.insufficient_claims});
}

core::verdict run::judge_loss(lane& self, net::exchange_result const& exchanged, bool was_reused)
{
    auto& record = self.current.record;
    record.status = 0;
    record.service_status.clear();
    record.error_code.clear();
    record.request_id.clear();
    record.retry_after.reset();
    say_loss(record.message, exchanged, self.reader);
    switch (exchanged.how)
    {
    case ending::timeout:
        return core::judge(core::lost_answer::timeout);
    case ending::unreadable:
        if (unreadable_rule_.on_unreadable(self.current) && !is_stopping())
            stop_because(errc::not_http, record.message);
        return core::judge(core::lost_answer::unreadable);
    default:
        break;
    }
    bool const is_stale = was_reused && !self.reader.has_any_byte();
    return core::judge(is_stale ? core::lost_answer::broken_off_reused : core::lost_answer::broken_off);
}

void run::dispose(lane& self, core::verdict const& of, clock::time_point now)
{
    auto& asked = self.current;
    auto const where = core::dispose(asked, of, options_.max_attempts, random_);
    if (state_ == state::aborting && asked.record.status == 0)
    {
        // Its connection was closed under it: that is no outcome of the pair.
        put_back(self, now);
        return;
    }
    if (where.to == core::disposition::place::gate)
        take_throttle(asked, now);
    else if (asked.record.status != 0)
        gate_.admitted();
    if (where.to == core::disposition::place::record)
    {
        if (asked.record.status == 403 && credential_rule_.wants(asked))
            put_aside(self);
        return;
    }
    if (where.to == core::disposition::place::retry)
        emit({.what = engine_event::kind::attempt_failed, .detail = asked.record.message, .record = &asked.record});
    put_back(self, where.to == core::disposition::place::gate ? gate_.opens_at() : now + where.wait);
}

void run::take_throttle(core::ticket const& throttled, clock::time_point now)
{
    ++requests_made_.throttled;
    gate_.throttle(now, throttled.record.retry_after, random_);
    auto const wait = std::chrono::ceil<std::chrono::milliseconds>(gate_.opens_at() - now);
    emit({.what = engine_event::kind::throttled, .detail = throttled.record.message, .wait = wait});
    alarm_.set(gate_.opens_at());
}

// A 401, or a 403 that asks for more claims.
asio::awaitable<void> run::refused(lane& self)
{
    auto& asked = self.current;
    asked.record.outcome = outcome::failed;
    asked.record.reason = asked.record.status == 403 ? reason::forbidden : reason::unauthorized;
    asked.is_token_refused = true;
    ++asked.counted_attempts;
    ++asked.refusals;
    emit({.what = engine_event::kind::token_refused, .detail = asked.record.message});
    // Two tokens refused one after the other: a third would not help.
    bool is_other = credentials_.current().generation != asked.token_generation;
    if (!is_other && asked.refusals == 1 && !is_stopping())
        is_other = co_await other_token(self, asked.token_generation);
    if (is_other || is_stopping())
        put_back(self, clock::time_point{});
    else if (credential_rule_.wants(asked))
        put_aside(self);
    else
        asked.is_settled = true;
}

void run::try_released(std::vector<core::ticket> released)
{
    if (released.empty())
        return;
    for (auto& each : released)
        retries_.push(std::move(each), clock::time_point{});
    idle_.wake_all();
}

void run::put_aside(lane& self)
{
    self.current.is_settled = false;
    credential_rule_.put_aside(std::move(self.current));
    release(self);
    if (!credential_rule_.is_refused() || is_stopping())
        return;
    auto detail =
        "the service answered " + std::to_string(core::credential_rule::limit) + " pairs in a row with 401 or 403";
    if (!credentials_.fault().empty())
        detail += "; " + credentials_.fault();
    stop_because(errc::credentials_refused, std::move(detail));
}

void run::put_back(lane& self, clock::time_point due)
{
    retries_.push(std::move(self.current), due);
    release(self);
}

// The lane no longer has the pair; what is left of it is put right by the next one.
void run::release(lane& self)
{
    self.is_busy = false;
    --busy_lanes_;
}

}  // namespace batch_cancel::run
