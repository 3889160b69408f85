#pragma once

#include <cstdint>

namespace batch_cancel::crash
{

/** Which call of its kind a process is to meet its end at, over several tries.

    No two runs make the same number of calls: how many records go into one write, for example, follows from when each thread
    gets a processor. A run that makes fewer calls than another one does not come by that one's last call. So each miss takes
    the aim back, to a call that all runs make in the end: the first. Whoever has then missed in a fresh run has met a run
    that makes no such call at all. */
class aim
{
public:
    /** @param number  From 1: the call to begin with. */
    explicit aim(std::uint64_t number) noexcept;

    std::uint64_t number() const noexcept
    {
        return number_;
    }

    /** Tries are left. While there are many, a process may be killed on the way as well; the later ones are fresh runs. */
    bool has_tries() const noexcept
    {
        return tries_ < most_tries;
    }

    bool has_many_tries() const noexcept
    {
        return tries_ < early_tries;
    }

    /** A process has not come by the call.
        @param made  How many calls of the kind it has made; if it was a resume, that says nothing about runs. */
    void miss_fresh_run(std::uint64_t made) noexcept;
    void miss_resume() noexcept;

private:
    static constexpr int early_tries = 4;
    static constexpr int most_tries = 24;

    std::uint64_t number_;
    int tries_{0};
};

}  // namespace batch_cancel::crash
