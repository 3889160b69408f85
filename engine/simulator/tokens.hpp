#pragma once

#include "simulator/identity.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace batch_cancel::simulator
{

/** Issues bearer tokens that tell by themselves when they were issued, and judges those that come back. */
class token_mint
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    enum class verdict : std::uint8_t
    {
        good,
        absent,
        unreadable,
        expired,
    };

    /** A lifetime of zero is endless. */
    token_mint(std::uint64_t seed, duration lifetime, time_point now);

    std::string issue(time_point now) const;

    /** Judge the value of an Authorization header. */
    verdict check(std::string_view authorization, time_point now);

    /** Take none of the tokens issued so far. */
    void revoke();

private:
    verdict open(std::string_view token, time_point now, time_point& good_until) const;

    block_seal seal_;
    duration lifetime_;
    time_point started_;
    std::uint32_t generation_{0};
    std::string last_good_{};  // nearly every request brings the token of the one before
    time_point last_good_until_{};
};

}  // namespace batch_cancel::simulator
