#pragma once

#include "traffic/backoff.hpp"

#include <chrono>

namespace batch_cancel::traffic
{

/** The service fails altogether: all wait but for single requests, further and further apart, that find out whether it has
    come back. The steps are short enough to find that out within ten seconds. */
class outage
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    bool is_on() const noexcept
    {
        return probes_ != 0;
    }

    void begin(time_point now, random_bits& random)
    {
        if (is_on())
            return;
        probes_ = 1;
        began_ = now;
        next_probe_ = now + between_probes.next(probes_, random);
    }

    /** Tell whether a clear answer shows that it is over: one to what was asked before it began says nothing. */
    bool is_ended_by(time_point asked_at) const noexcept
    {
        return is_on() && asked_at >= began_;
    }

    void end() noexcept
    {
        probes_ = 0;
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

    time_point began_{};
    time_point next_probe_{};
    unsigned probes_{0};  // sent, and the one to come; 0 while there is no outage
};

}  // namespace batch_cancel::traffic
