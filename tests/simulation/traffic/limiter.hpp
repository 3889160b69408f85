#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace batch_cancel::simulation
{

/** What limits the service. */
enum class limit_kind : std::uint8_t
{
    none,
    bucket,            // tokens at an even rate, up to a burst of them
    punishing_bucket,  // refused requests take tokens too, down to a debt of one burst
    window,            // so many in each window of fixed length
    sliding,           // so many in any window that ends now, refused ones counted too
};

/** What a refusal says of how long to wait. */
enum class hint_kind : std::uint8_t
{
    exact,          // to the millisecond, when the next request will be taken
    whole_seconds,  // the same rounded up
    none,
};

struct limiter_options
{
    limit_kind kind = limit_kind::none;
    hint_kind hint = hint_kind::whole_seconds;
    double per_second = 0;    // admitted in the long run
    double burst = 1;         // bucket
    double window_s = 10;     // window, sliding
    double phase_s = 0;       // how long the first window has run already
    double changed_rate = 0;  // per second from `changes_at_s` on; 0: never changes
    double changes_at_s = 0;
};

/** Admitted in the long run, at that time. */
double rate_at(limiter_options const&, double now) noexcept;

/** Says what the limiter is, in one line. */
std::string to_string(limiter_options const&);

/** A service's rate limit in virtual time: seconds since the run began. */
class limiter
{
public:
    explicit limiter(limiter_options const& options);

    /** A request arrives: take it, or refuse it. Times never go back. */
    bool admits(double now);

    /** What the refusal just given says. */
    std::optional<std::chrono::milliseconds> hint(double now) const;

private:
    void advance_bucket(double now);
    double rate_at(double now) const noexcept
    {
        return simulation::rate_at(options_, now);
    }

    double wait(double now) const;
    double burst() const;
    double window_size() const;

    limiter_options options_;
    double level_;        // bucket: tokens; window: admitted in this one; sliding: weighted count
    double updated_{0};   // bucket: level_ is of then; window and sliding: number of the window
    double previous_{0};  // sliding: requests in the window before
};

}  // namespace batch_cancel::simulation
