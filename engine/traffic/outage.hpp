#pragma once

#include "traffic/backoff.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace batch_cancel::traffic
{

/** The service fails altogether: everybody waits, and single requests, further and further apart, find out whether it has come
    back. The steps are short enough to find that out within ten seconds.

    It begins by the absence of clear responses (final or throttled ones), never by a share of failures: after 64 failures in a
    row, or twice as many as are in flight if that is more; or after 16 in a row and 10 s without a clear response, in which
    something could be sent. A service that fails nine times out of ten is served, not probed. */
class outage
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    bool is_on() const noexcept
    {
        return probes_ != 0;
    }

    /** An attempt failed. Begins an outage, if it is one.
        @param in_flight  Requests in flight when it ended, its own included. */
    void on_failure(time_point now, std::size_t in_flight, random_bits& random)
    {
        ++in_a_row_;
        if (last_clear_ == time_point{})
            last_clear_ = now;
        bool const is_long = in_a_row_ >= long_row && now - last_clear_ >= long_without;
        if (is_long || in_a_row_ >= std::max<std::size_t>(sure_row, 2 * in_flight))
            begin(now, random);
    }

    /** A clear response came to what was sent at `started`.
        @return  An outage is over: a response to what was sent before it began says nothing. */
    bool on_clear(time_point started, time_point now) noexcept
    {
        in_a_row_ = 0;
        last_clear_ = now;
        if (!is_on() || started < began_)
            return false;
        probes_ = 0;
        return true;
    }

    /** Nothing is sent until then: time that does not count. */
    void on_pause(time_point until) noexcept
    {
        last_clear_ = std::max(last_clear_, until);
    }

    void begin(time_point now, random_bits& random)
    {
        if (is_on())
            return;
        probes_ = 1;
        began_ = now;
        next_probe_ = now + between_probes.next(probes_, random);
    }

    /** No probe before this.
        @pre is_on() */
    time_point next_probe() const noexcept
    {
        return next_probe_;
    }

    /** Tell whether the next probe is better made with a pair that has not failed yet: those that have may be at fault
        themselves, and then say nothing about the service. */
    bool wants_new_pair() const noexcept
    {
        return probes_ % 2 == 0;
    }

    /** Take in that a probe is sent; the next one does not wait for its answer, which may never come. */
    void on_probe(time_point now, random_bits& random)
    {
        ++probes_;
        next_probe_ = now + between_probes.next(probes_, random);
    }

private:
    static constexpr backoff between_probes{.cap = std::chrono::seconds(10)};
    static constexpr std::size_t sure_row = 64;
    static constexpr std::size_t long_row = 16;
    static constexpr auto long_without = std::chrono::seconds(10);

    time_point began_{};
    time_point next_probe_{};
    unsigned probes_{0};       // sent, and the one to come; 0 while there is no outage
    std::size_t in_a_row_{0};  // failures since the last clear response
    time_point last_clear_{};  // or the end of a pause after it; of the first failure, if there was none
};

}  // namespace batch_cancel::traffic
