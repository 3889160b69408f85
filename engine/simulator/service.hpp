#pragma once

#include "simulator/client_holds.hpp"
#include "simulator/reply.hpp"
#include "simulator/request.hpp"
#include "simulator/route.hpp"
#include "simulator/tenant.hpp"
#include "simulator/token_bucket.hpp"
#include "simulator/tokens.hpp"

#include <batch_cancel/simulator/simulator.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace batch_cancel::simulator
{

/** What the service remembers of a connection. */
struct visitor
{
    /** Where it comes from, without the port. */
    std::string address{};
    /** Requests made by it. */
    std::size_t requests = 0;
    /** When the Retry-After that it was given has passed. */
    std::chrono::steady_clock::time_point may_call_at{};
};

/** Decides on the answer to a request. Does no I/O and waits for nothing. */
class service
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    /** `simulated` has been checked. */
    service(options simulated, time_point now);

    /** Answer a request. What `out` held before is replaced. */
    void answer(request const& asked, visitor& from, time_point now, reply& out);

    /** Answer what could not be read. */
    void refuse_unreadable(reply& out);

    /** Count a request that is to be answered from now on, until `leave`. */
    void enter() noexcept
    {
        ++in_flight_;
        counts_.most_requests_at_once = std::max(counts_.most_requests_at_once, in_flight_);
    }

    void leave() noexcept
    {
        --in_flight_;
    }

    token_mint& tokens() noexcept
    {
        return tokens_;
    }

    tenant& migrations() noexcept
    {
        return tenant_;
    }

    tenant const& migrations() const noexcept
    {
        return tenant_;
    }

    /** Counts; those of tasks and connections are filled in elsewhere. */
    statistics& counts() noexcept
    {
        return counts_;
    }

private:
    // An exchange under way: what every step of answering needs.
    struct exchange
    {
        request const& asked;
        visitor& from;
        time_point now;
        reply& out;
        exchange_ids ids{};
        guid_text request_id{};
        bool says_close = false;
        unsigned status = 0;  // of the answer that can be read
        std::optional<fault_kind> met{};
    };

    // What chance has in store for a request.
    struct luck
    {
        std::uint64_t key = 0;
        std::optional<fault_kind> met{};
    };

    void note_early(exchange& x);
    void give_ids(exchange& x);
    bool turned_away(exchange& x, bool is_cancel);
    void refuse_token(exchange& x, token_mint::verdict judged);
    void throttle(exchange& x, std::chrono::seconds wait);
    std::chrono::seconds wait_asked_of(exchange const& x);
    void refuse_target(exchange& x);
    bool refuse_method(exchange& x);

    void answer_cancel(exchange& x);
    void tell_cancel(exchange const& x, std::uint64_t accepted_before) const;
    void answer_others(exchange& x);
    void cancel_task(exchange& x, tenant::task_place const& place);
    void cancel_job(exchange& x, entity_key job);
    void show_jobs(exchange& x);
    void show_job(exchange& x, entity_key job);
    void show_tasks(exchange& x, entity_key job);
    void show_task(exchange& x, entity_key job);
    void not_found(exchange& x, std::string_view what, std::string_view id);

    luck draw_luck(std::uint64_t key) const;
    static bool carries_out(luck const& drawn);
    void hold_back(exchange& x, luck const& drawn) const;
    void spoil(exchange& x, luck const& drawn);

    void begin_page(std::string_view path);
    void finish_page(exchange& x, std::optional<std::size_t> next, std::string_view path);
    void send(exchange& x, reply_head head);
    void send_error(exchange& x, unsigned status, std::string_view code, std::string_view message,
                    std::string_view more = {});

    options options_;
    tenant tenant_;
    token_mint tokens_;
    std::optional<token_bucket> bucket_;
    date_text date_{};
    route route_{};
    std::string body_{};
    std::string message_{};
    std::uint64_t id_state_;
    client_holds holds_;
    std::uint64_t in_flight_{0};
    statistics counts_{};
};

}  // namespace batch_cancel::simulator
