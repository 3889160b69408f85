#include "run/run.hpp"

#include "model/later.hpp"
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
    if (credentials_.wants_look(now))
        return false;
    if (dispatch_.may_send(now) && dispatch_.has_turn(self.current, now) && !self.current.wants_fresh_connection)
        self.over = pool_.take_idle(now);
    return self.over.has_value();
}

// Waits until the pace lets the lane's pair be sent; less if the gate shuts or the run stops.
asio::awaitable<void> run::turn_to_send(lane& self)
{
    for (auto now = time_.now(); !is_stopping() && dispatch_.may_send(now) && !dispatch_.has_turn(self.current, now);
         now = time_.now())
    {
        auto const when = dispatch_.next_send();
        self.is_interruptible = true;
        co_await time_.wait_until(when);
        self.is_interruptible = false;
    }
}

// Waits for whatever does not allow to send yet: token, contact, turn. Without a connection afterwards the run stops, or the pair
// has been put back because the gate has shut.
asio::awaitable<void> run::clearance(lane& self)
{
    while (!is_stopping() && !is_cleared(self))
    {
        if (dispatch_.awaits_token())
        {
            put_back(self, dispatch_.pause_ends());
            co_return;
        }
        if (credentials_.current().generation == 0)
        {
            bool const has_token = co_await other_token(self, 0);
            if (!has_token && !is_stopping())
            {
                dispatch_.note_outlook(credentials_.outlook(time_.wall_now()));
                dispatch_.on_no_first_token(credentials_.fault());
                obey_dispatch();
            }
            continue;
        }
        if (credentials_.wants_look(time_.now()))
        {
            co_await look_for_news(self);
            continue;
        }
        if (!dispatch_.may_send(time_.now()))
        {
            put_back(self, dispatch_.pause_ends());
            co_return;
        }
        if (!dispatch_.has_turn(self.current, time_.now()))
        {
            co_await turn_to_send(self);
            continue;
        }
        auto const wanted = self.current.wants_fresh_connection ? net::freshness::fresh : net::freshness::any;
        self.is_interruptible = true;
        auto opened = co_await pool_.get(wanted);
        self.is_interruptible = false;
        if (!opened)
        {
            obey_pool();
            continue;
        }
        co_await turn_to_send(self);
        auto const now = time_.now();
        if (dispatch_.may_send(now) && !is_stopping())
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
    take_token();
    co_return is_other;
}

// There may be another token though the current one works.
asio::awaitable<void> run::look_for_news(lane& self)
{
    self.is_interruptible = true;
    co_await credentials_.look(time_.now());
    self.is_interruptible = false;
    take_token();
}

// Takes in that there is another token, if there is. Many lanes may have waited for the one.
void run::take_token()
{
    auto const current = credentials_.current().generation;
    auto const told = std::exchange(told_token_, current);
    if (told == current)
        return;
    if (told != 0)
        emit({.what = engine_event::kind::token_renewed, .detail = "using another token"});
    forget_old_tokens();
    dispatch_.on_other_token(time_.now());
    call_on(time_.now());
}

// Nothing is sent until there is another token. Looks for it as long as the dispatch wants.
asio::awaitable<void> run::await_token(lane& self)
{
    is_awaiting_token_ = true;
    auto const wanted = "another token in " + parts_.token_source->name() +
                        (credentials_.fault().empty() ? "" : "; " + credentials_.fault());
    auto const longest = std::chrono::ceil<std::chrono::milliseconds>(options_.token_wait);
    emit({.what = engine_event::kind::token_awaited, .detail = wanted, .wait = longest});
    while (dispatch_.awaits_token() && !is_stopping())
    {
        auto const when = dispatch_.next_look(time_.now());
        self.is_interruptible = true;
        co_await time_.wait_until(when);
        self.is_interruptible = false;
        if (is_stopping() || !dispatch_.awaits_token())
            break;
        bool const is_other = co_await other_token(self, credentials_.current().generation);
        if (!is_other && dispatch_.awaits_token())
            dispatch_.on_no_token(time_.now());
        obey_dispatch();
    }
    is_awaiting_token_ = false;
}

// Overwrites what is left of tokens that no request carries any more.
void run::forget_old_tokens()
{
    for (auto& each : lanes_)
        if (!each.is_exchanging)
            wire::wipe(each.request);
    auto const is_under_way = [this](std::uint64_t generation)
    {
        return std::any_of(lanes_.begin(), lanes_.end(),
                           [generation](lane const& each)
                           { return each.is_exchanging && each.current.token_generation == generation; });
    };
    credentials_.forget_unless(is_under_way);
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
    dispatch_.on_sent(asked, time_.now());
}

// Takes in how an exchange went. Afterwards the lane has the pair no more, or it is settled, or (true) its token was refused.
bool run::end_attempt(lane& self, net::exchange_result const& exchanged)
{
    --in_flight_;
    self.is_exchanging = false;
    auto over = std::move(*self.over);
    self.over.reset();
    if (exchanged.how == ending::not_sent || exchanged.how == ending::refused)
    {
        put_back(self, model::later(exchanged.ended, after_not_sent));
        if (exchanged.how == ending::refused)
        {
            pool_.note_refusal(exchanged.error);
            obey_pool();
        }
        return false;
    }
    if (over.requests == 0 && self.reader.has_any_byte())
        pool_.note_first_answer();
    count_attempt(self.current, exchanged);
    bool const is_answered = exchanged.how == ending::answered;
    if (!is_answered && state_ == state::aborting)
    {
        // Its connection was closed under it: that is no outcome of the pair.
        self.current.record.ambiguous = true;
        put_back(self, exchanged.ended);
        return false;
    }
    auto const came_of = is_answered ? take_answer(self, exchanged) : take_loss(self, exchanged, over.requests > 0);
    self.reader.release_body();
    if (self.current.record.reason == reason::throttled)
        ++requests_made_.throttled;
    if (is_answered && self.reader.can_reuse() && !self.current.wants_fresh_connection)
    {
        ++over.requests;
        pool_.give_back(std::move(over), exchanged.ended);
    }
    if (came_of == core::fate::refused)
        return true;
    go_on(self, came_of);
    return false;
}

// After an attempt, unless its token was refused.
void run::go_on(lane& self, core::fate came_of)
{
    tell(self.current, came_of);
    if (came_of != core::fate::settled)
    {
        note_wait(self);
        dispatch_.keep(std::move(self.current), came_of);
        release(self);
    }
    obey_dispatch();
}

void run::tell(core::ticket const& asked, core::fate came_of)
{
    if (came_of == core::fate::throttled)
    {
        if (auto const end = dispatch_.pause_ends(); end != std::exchange(told_pause_, end))
            recorder_.pause(
                model::later(time_.wall_now(), std::chrono::ceil<std::chrono::milliseconds>(end - time_.now())));
        auto const wait = std::chrono::ceil<std::chrono::milliseconds>(dispatch_.pause_ends() - time_.now());
        emit({.what = engine_event::kind::throttled,
              .detail = asked.record.message,
              .record = &asked.record,
              .wait = wait});
    }
    else if (came_of == core::fate::failed && !asked.is_token_refused)
        emit({.what = engine_event::kind::attempt_failed, .detail = asked.record.message, .record = &asked.record});
    auto const cause = dispatch_.cause();
    if (cause != std::exchange(told_cause_, cause))
        emit({.what = engine_event::kind::pace_changed, .detail = to_string(cause)});
}

// The pool may have given up first contact.
void run::obey_pool()
{
    if (pool_.gave_up() && !is_stopping())
        stop_because(errc::first_contact_failed, pool_.gave_up()->detail);
}

// The dispatch may have found a reason to stop.
void run::obey_dispatch()
{
    auto const& wish = dispatch_.stop();
    if (!wish || is_stopping())
        return;
    auto detail = wish->detail;
    if (wish->why == errc::credentials_refused && !credentials_.fault().empty())
        detail += "; " + credentials_.fault();
    stop_because(wish->why, std::move(detail));
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

core::fate run::take_answer(lane& self, net::exchange_result const& exchanged)
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
    for (auto* const text : {&record.service_status, &record.message, &record.error_code, &record.request_id})
        credentials_.hide_tokens(*text);

    bool const is_error = head.status >= 400;
    core::answer_facts const facts{.status = head.status,
                                   .has_retry_after = !head.retry_after.empty(),
                                   .insufficient_claims = head.insufficient_claims,
                                   .unknown_segment = is_error && wire::names_unknown_segment(record.message)};
    return dispatch_.on_answer(self.current, facts, {exchanged.started, exchanged.ended});
}

core::fate run::take_loss(lane& self, net::exchange_result const& exchanged, bool was_reused)
{
    auto& record = self.current.record;
    record.status = 0;
    record.service_status.clear();
    record.error_code.clear();
    record.request_id.clear();
    record.retry_after.reset();
    say_loss(record.message, exchanged, self.reader);
    auto how = core::lost_answer::broken_off;
    if (exchanged.how == ending::timeout)
        how = core::lost_answer::timeout;
    else if (exchanged.how == ending::unreadable)
        how = core::lost_answer::unreadable;
    else if (was_reused && !self.reader.has_any_byte())
        how = core::lost_answer::broken_off_reused;
    return dispatch_.on_loss(self.current, how, {exchanged.started, exchanged.ended});
}

// A 401, or a 403 that asks for more claims.
asio::awaitable<void> run::refused(lane& self)
{
    auto& asked = self.current;
    emit({.what = engine_event::kind::token_refused, .detail = asked.record.message});
    bool is_other = credentials_.current().generation != asked.token_generation;
    if (!is_other && core::dispatch::wants_other_token(asked) && !is_stopping())
        is_other = co_await other_token(self, asked.token_generation);
    if (is_stopping())
    {
        put_back(self, clock::time_point{});
        co_return;
    }
    if (!is_other)
        dispatch_.note_outlook(credentials_.outlook(time_.wall_now()));
    go_on(self, dispatch_.on_refusal(asked, is_other, time_.now()));
}

void run::put_back(lane& self, clock::time_point due)
{
    note_wait(self);
    dispatch_.put_back(std::move(self.current), due);
    release(self);
}

// What is not in flight any more is not to be taken for it after a crash.
void run::note_wait(lane& self)
{
    recorder_.wait(self.current.record);
    self.has_notes = true;
}

// The lane no longer has the pair; what is left of it is put right by the next one.
void run::release(lane& self)
{
    self.is_busy = false;
    dispatch_.release();
}

}  // namespace batch_cancel::run
