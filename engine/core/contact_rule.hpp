#pragma once

#include "core/backoff.hpp"

#include <batch_cancel/transport.hpp>

#include <chrono>

namespace batch_cancel::core
{

/** Decides when connections may be tried. Until one has ever worked, and after each failure until one works again, tries are
    made one at a time: a dead service is not stormed, and its first fault is said once. */
class contact_rule
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    /** Failures of the first contact that are put down to chance, the last one excluded. */
    static constexpr unsigned first_contact_tries = 3;

    enum class decision
    {
        try_again,
        /** No connection has ever worked, and trying again cannot help. */
        give_up,
    };

    decision on_failure(connect_step step, time_point now, random_bits& random);

    void on_success() noexcept
    {
        ever_worked_ = true;
        failures_ = 0;
        next_try_ = {};
    }

    /** Only one try may be under way. */
    bool one_at_a_time() const noexcept
    {
        return !ever_worked_ || failures_ > 0;
    }

    /** No try before this. */
    time_point next_try() const noexcept
    {
        return next_try_;
    }

private:
    time_point next_try_{};
    unsigned failures_{0};  // since the last success
    bool ever_worked_{false};
};

}  // namespace batch_cancel::core
