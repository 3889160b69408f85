#pragma once

#include <algorithm>
#include <chrono>

namespace batch_cancel::core
{

/** What can be expected of a token source that has no other token at present. */
struct token_outlook
{
    /** There can be another token some time. */
    bool can_change = false;
    /** The token that was refused says that it has expired. */
    bool is_expired = false;
    /** A token is being written. */
    bool is_unfinished = false;
};

/** Decides whether a run whose token is refused waits for another one, and for how long. While it does, nothing is sent. */
class token_wait
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    /** @param longest  Zero never waits. */
    explicit token_wait(duration longest) noexcept
        : longest_(longest)
    {
    }

    /** Take in how things stand with the source, each time that it has no other token. */
    void note(token_outlook found) noexcept
    {
        outlook_ = found;
    }

    bool is_expired() const noexcept
    {
        return outlook_.is_expired;
    }

    /** Tell whether another token can be expected. The first token that is refused is more likely to be a wrong one.
        @param has_worked  Some token of the source has. */
    bool is_worthwhile(bool has_worked) const noexcept
    {
        return longest_ != duration::zero() && outlook_.can_change &&
               (has_worked || outlook_.is_expired || outlook_.is_unfinished);
    }

    /** Wait from now on; from when is told by the first `next_look`. */
    void begin() noexcept
    {
        is_on_ = true;
        ends_at_ = time_point::max();
    }

    void end() noexcept
    {
        is_on_ = false;
    }

    bool is_on() const noexcept
    {
        return is_on_;
    }

    /** When to look for a token next. @pre is_on() */
    time_point next_look(time_point now) noexcept
    {
        constexpr std::chrono::milliseconds between_looks{500};
        if (ends_at_ == time_point::max())
            ends_at_ = longest_ < time_point::max() - now ? now + longest_ : time_point::max();
        return std::min(now + between_looks, ends_at_);
    }

    bool is_over(time_point now) const noexcept
    {
        return now >= ends_at_;
    }

private:
    duration longest_;
    token_outlook outlook_{};
    time_point ends_at_{time_point::max()};
    bool is_on_{false};
};

}  // namespace batch_cancel::core
