#include "simulator/service.hpp"

#include "simulator/documents.hpp"

#include <cstring>

namespace batch_cancel::simulator
{

namespace
{

namespace http = boost::beast::http;

// Told to requests that are throttled whatever their pace.
constexpr auto wait_of_share = std::chrono::seconds{1};

// Purpose of a draw about a request.
constexpr std::uint64_t throttle_draw = 0x7468;

constexpr std::string_view length_required =
    "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"\"http://www.w3.org/TR/html4/strict.dtd\">\r\n"
    "<HTML><HEAD><TITLE>Length Required</TITLE>\r\n"
    "<META HTTP-EQUIV=\"Content-Type\" Content=\"text/html; charset=us-ascii\"></HEAD>\r\n"
    "<BODY><h2>Length Required</h2>\r\n"
    "<hr><p>HTTP Error 411. The request must be chunked or have a content length.</p>\r\n"
    "</BODY></HTML>\r\n";

constexpr std::string_view bad_request =
    "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"\"http://www.w3.org/TR/html4/strict.dtd\">\r\n"
    "<HTML><HEAD><TITLE>Bad Request</TITLE>\r\n"
    "<META HTTP-EQUIV=\"Content-Type\" Content=\"text/html; charset=us-ascii\"></HEAD>\r\n"
    "<BODY><h2>Bad Request</h2>\r\n"
    "<hr><p>HTTP Error 400. The request is badly formed.</p>\r\n"
    "</BODY></HTML>\r\n";

constexpr std::string_view html = "text/html; charset=us-ascii";

bool is_post(resource named)
{
    return named == resource::job_cancel || named == resource::task_cancel;
}

}  // namespace

service::service(options simulated, time_point now)
    : options_(std::move(simulated))
    , tenant_(options_, now)
    , tokens_(options_.seed, options_.token_lifetime, now)
    , id_state_(draw(options_.seed, 0x6964))
{
    if (options_.throttle_per_second > 0)
        bucket_.emplace(options_.throttle_per_second, now);
}

void service::answer(request const& asked, visitor& from, time_point now, reply& out)
{
    out.bytes.clear();
    out.delay = {};
    out.then = afterwards::keep;
    date_.update();
    exchange x{.asked = asked, .from = from, .now = now, .out = out};
    ++from.requests;
    x.says_close =
        !asked.keep_alive || (options_.keep_alive_requests != 0 && from.requests >= options_.keep_alive_requests);
    ++counts_.requests;
    note_early(x);
    give_ids(x);
    parse_route(asked.target, route_);
    bool const is_cancel = route_.names == resource::task_cancel && asked.method == http::verb::post;
    if (is_cancel)
        ++counts_.cancels;
    auto const accepted_before = counts_.accepted;
    if (bool const is_let_in = !turned_away(x, is_cancel); is_let_in && is_cancel)
        answer_cancel(x);
    else if (is_let_in)
        answer_others(x);
    if (is_cancel && options_.on_cancel)
        tell_cancel(x, accepted_before);
}

void service::tell_cancel(exchange const& x, std::uint64_t accepted_before) const
{
    options_.on_cancel({.job_id = route_.job,
                        .task_id = route_.task,
                        .authorization = x.asked.authorization,
                        .status = x.status,
                        .was_applied = counts_.accepted != accepted_before,
                        .met = x.met});
}

void service::note_early(exchange& x)
{
    bool const was_told = x.now < x.from.may_call_at;
    if (was_told || holds_.should_wait(x.asked.authorization, x.asked.user_agent, x.from.address, x.now))
        ++counts_.early;
}

void service::give_ids(exchange& x)
{
    guid id;
    for (std::size_t half = 0; half < 2; ++half)
    {
        auto const chance = draw(id_state_++, half);
        std::memcpy(id.data() + 8 * half, &chance, 8);
    }
    id[6] = static_cast<unsigned char>((id[6] & 0x0f) | 0x40);  // version 4 and its variant (RFC 9562 section 5.4)
    id[8] = static_cast<unsigned char>((id[8] & 0x3f) | 0x80);
    x.request_id = to_text(id);
    x.ids.request_id = view(x.request_id);
    auto const given = std::string_view(x.asked.client_request_id);
    x.ids.client_request_id = given.empty() ? x.ids.request_id : given;
}

bool service::turned_away(exchange& x, bool is_cancel)
{
    if (x.asked.method == http::verb::post && !x.asked.has_length)
    {
        counts_.refused += is_cancel ? 1 : 0;
        body_ = length_required;
        x.says_close = true;
        send(x, {.status = 411, .content_type = html});
        return true;
    }
    auto const judged = tokens_.check(x.asked.authorization, x.now);
    if (judged != token_mint::verdict::good)
    {
        counts_.unauthorized += is_cancel ? 1 : 0;
        refuse_token(x, judged);
        return true;
    }
    if (options_.busy_above != 0 && in_flight_ > options_.busy_above)
    {
        counts_.busy += is_cancel ? 1 : 0;
        send_error(x, 503, "ServiceUnavailable", "The service is busy.");
        return true;
    }
    if (auto const wait = wait_asked_of(x); wait.count() != 0)
    {
        counts_.throttled += is_cancel ? 1 : 0;
        throttle(x, wait);
        return true;
    }
    if (options_.only_version.empty() || route_.version == options_.only_version || route_.names <= resource::bad_query)
        return false;
    counts_.refused += is_cancel ? 1 : 0;
    route_.names = resource::nothing;
    refuse_target(x);
    return true;
}

std::chrono::seconds service::wait_asked_of(exchange const& x)
{
    if (options_.throttle_share > 0 &&
        unit(draw(draw(counts_.requests, options_.seed), throttle_draw)) < options_.throttle_share)
        return wait_of_share;
    return bucket_ ? bucket_->ask(x.now) : std::chrono::seconds{};
}

void service::refuse_token(exchange& x, token_mint::verdict judged)
{
    std::string_view message = "Lifetime validation failed, the token is expired.";
    if (judged == token_mint::verdict::absent)
        message = "Access token is empty.";
    else if (judged == token_mint::verdict::unreadable)
        message = "CompactToken parsing failed with error code: 80049217";
    send_error(x, 401, "InvalidAuthenticationToken", message,
               "WWW-Authenticate: Bearer realm=\"\", "
               "authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\"\r\n");
}

void service::throttle(exchange& x, std::chrono::seconds wait)
{
    x.from.may_call_at = x.now + wait;
    holds_.hold(x.asked.authorization, x.asked.user_agent, x.from.address, x.now, x.from.may_call_at);
    body_.clear();
    append_throttled(body_, x.ids, date_);
    send(x, {.status = 429, .retry_after = wait});
}

void service::refuse_target(exchange& x)
{
    if (route_.names == resource::no_version)
        send_error(x, 400, "BadRequest", "Invalid version.");
    else if (route_.names == resource::bad_query)
        send_error(x, 400, "BadRequest", "Invalid value for a query option.");
    else
        send_error(x, 400, "BadRequest", "Resource not found for the segment 'migrations'.");
}

bool service::refuse_method(exchange& x)
{
    bool const wants_post = is_post(route_.names);
    if (x.asked.method == (wants_post ? http::verb::post : http::verb::get))
        return false;
    // Nobody reads a body after HEAD: the connection cannot go on.
    x.says_close = x.says_close || x.asked.method == http::verb::head;
    send_error(x, 405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.",
               wants_post ? "Allow: POST\r\n" : "Allow: GET\r\n");
    return true;
}

void service::answer_cancel(exchange& x)
{
    auto const job = tenant_.ids().find_job(route_.job);
    auto const place = job ? tenant_.find_task(*job, route_.task) : std::nullopt;
    auto const drawn = draw_luck(place ? draw(place->key, tenant_.note_asked(*place)) : counts_.requests);
    hold_back(x, drawn);
    if (!carries_out(drawn))
        ++counts_.lost;
    else if (place)
        cancel_task(x, *place);
    else
    {
        ++counts_.not_found;
        if (job)
            not_found(x, "Cancellation not possible as no task found for given id ", route_.task);
        else
            not_found(x, "UserRequest not found with batch ", route_.job);
    }
    spoil(x, drawn);
}

void service::cancel_task(exchange& x, tenant::task_place const& place)
{
    auto const verdict = tenant_.cancel_task(place, x.now);
    if (verdict.accepted)
    {
        ++counts_.accepted;
        body_.clear();
        append_task_cancelled(body_, route_.version, route_.job, route_.task);
        send(x, {.status = 202, .more = odata_line});
        return;
    }
    ++counts_.conflict;
    message_ = "Cancel is not possible. Current status is ";
    message_ += to_string(verdict.met);
    send_error(x, 409, "Conflict", message_);
}

void service::refuse_unreadable(reply& out)
{
    date_.update();
    out.bytes.clear();
    out.delay = {};
    out.then = afterwards::close;
    request const unknown{};
    visitor nobody{};
    exchange x{.asked = unknown, .from = nobody, .now = {}, .out = out};
    give_ids(x);
    x.says_close = true;
    body_ = bad_request;
    send(x, {.status = 400, .content_type = html});
}

void service::not_found(exchange& x, std::string_view what, std::string_view id)
{
    message_ = what;
    message_ += id;
    message_ += " TraceId: ";
    message_ += x.ids.request_id;
    send_error(x, 404, "ResourceNotFound", message_);
}

void service::send(exchange& x, reply_head head)
{
    head.says_close = x.says_close;
    x.status = head.status;
    if (x.says_close)
        x.out.then = afterwards::close;
    append_reply(x.out.bytes, head, x.ids, date_, body_);
}

void service::send_error(exchange& x, unsigned status, std::string_view code, std::string_view message,
                         std::string_view more)
{
    body_.clear();
    append_error(body_, code, message, x.ids, date_);
    send(x, {.status = status, .more = more});
}

}  // namespace batch_cancel::simulator
