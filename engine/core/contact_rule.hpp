#pragma once

#include "traffic/backoff.hpp"

#include <batch_cancel/transport.hpp>

#include <chrono>

namespace batch_cancel::core
{

/** Decides when connections may be tried. Until one has ever worked, and after each failure until one works again, tries are
    made one at a time: a dead service is not stormed, and its first fault is said once.

    A service that refuses the client's certificate may do so after the connection was made (TLS 1.3). Such connections
    look like good ones at first, so after a refusal only an answer shows that connections work again. */
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

    decision on_failure(connect_step step, time_point now, traffic::random_bits& random);

    /** Take in that a connection was made. */
    void on_success(time_point now, traffic::random_bits& random);

    /** Take in the first answer over a connection. */
    void on_first_answer() noexcept;

    /** Only one try may be under way. */
    bool one_at_a_time() const noexcept
    {
        return !ever_worked_ || failures_ > 0 || refusals_ > 0;
    }

    /** No try before this. */
    time_point next_try() const noexcept
    {
        return next_try_;
    }

private:
    time_point next_try_{};
    unsigned failures_{0};  // since the last success
    unsigned refusals_{0};  // for the client's certificate; since the last first answer
    bool ever_worked_{false};
    bool ever_answered_{false};
};

}  // namespace batch_cancel::core
