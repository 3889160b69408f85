#pragma once

#include <algorithm>
#include <cstddef>

namespace batch_cancel::wire
{

/** Room for the bodies of all answers in progress: one for each run, whatever the number of its connections.

    A body takes room before it grows. When there is none, there are two ways on. An answer of which the status is all that
    counts gives its room back and continues without keeping its body. An answer whose body matters must take all the room
    that it can come to need before its request is sent, and wait until it gets it: if answers held some room and waited for
    more, they could wait for each other.

    Used on one strand. */
class body_budget
{
public:
    /** What one answer holds. Gives it back when destroyed. */
    class share
    {
    public:
        /** @param of  Not owned; null if there is no limit. */
        explicit share(body_budget* of) noexcept
            : of_(of)
        {
        }

        share(share const&) = delete;
        share& operator=(share const&) = delete;

        ~share()
        {
            release();
        }

        /** Hold this many bytes, if there is room.
            @return  False if there is none; then it holds what it held before. */
        bool grow_to(std::size_t bytes) noexcept
        {
            if (bytes <= held_)
                return true;
            if (of_ != nullptr && !of_->take(bytes - held_))
                return false;
            held_ = bytes;
            return true;
        }

        void release() noexcept
        {
            if (of_ != nullptr)
                of_->give_back(held_);
            held_ = 0;
        }

        std::size_t held() const noexcept
        {
            return held_;
        }

    private:
        body_budget* of_;
        std::size_t held_{0};
    };

    explicit body_budget(std::size_t bytes = 32 * 1024 * 1024) noexcept
        : bytes_(bytes)
    {
    }

    body_budget(body_budget const&) = delete;
    body_budget& operator=(body_budget const&) = delete;

    /** Bytes that all shares hold together. */
    std::size_t held() const noexcept
    {
        return held_;
    }

    /** Most bytes that were ever held. */
    std::size_t most_held() const noexcept
    {
        return most_held_;
    }

private:
    bool take(std::size_t more) noexcept
    {
        if (more > bytes_ - held_)
            return false;
        held_ += more;
        most_held_ = std::max(most_held_, held_);
        return true;
    }

    void give_back(std::size_t bytes) noexcept
    {
        held_ -= bytes;
    }

    std::size_t bytes_;
    std::size_t held_{0};
    std::size_t most_held_{0};
};

}  // namespace batch_cancel::wire
