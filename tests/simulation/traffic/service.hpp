#pragma once

#include "dice.hpp"
#include "limiter.hpp"
#include "service_options.hpp"

#include <cstdint>
#include <optional>

namespace batch_cancel::simulation
{

/** What becomes of a request. */
enum class response_kind : std::uint8_t
{
    accepted,     // 202
    throttled,    // 429
    unavailable,  // 503 without Retry-After, for want of a place
    failed,       // 500
    reset,        // the connection breaks off
    silence,      // nothing, until the client's time limit
};

struct response
{
    response_kind kind = response_kind::accepted;
    retry_hint retry_after{};
};

/** What a request meets on its arrival. */
struct reception
{
    simulation::response response{};
    double takes_s = 0;      // until the response leaves
    bool is_served = false;  // it has a place meanwhile: tell by `leave` when it leaves
};

/** A service in virtual time: seconds since the run began. Times never go back. */
class service
{
public:
    service(service_options const& of, std::uint64_t seed);

    /** A request arrives.
        @param luck           Of this visit.
        @param refusals_left  How often its pair is still to be refused for its own sake; counted down. */
    reception arrive(double now, dice& luck, unsigned& refusals_left);

    /** A request that was served leaves. */
    void leave() noexcept
    {
        --in_service_;
    }

private:
    void let_others_in(double now);
    double next_other(double after);
    std::optional<response> turned_away(double now, dice& luck, unsigned& refusals_left);
    double failing_share(double now) const noexcept;
    bool is_burst(double now) const noexcept;
    response_kind failure(dice& luck) const noexcept;

    service_options const& of_;
    limiter limiter_;
    spread const spread_;
    dice others_;
    double next_other_s_;
    unsigned in_service_{0};
};

}  // namespace batch_cancel::simulation
