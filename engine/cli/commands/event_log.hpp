#pragma once

#include "cli/console/console.hpp"

#include <batch_cancel/engine.hpp>

#include <array>
#include <chrono>
#include <cstdint>

namespace batch_cancel::cli
{

/** Says what happens in a run: with -v all of it, else what an operator should know, and not too often. */
class event_log
{
public:
    explicit event_log(console& out) noexcept
        : out_(out)
    {
    }

    void note(engine_event const& event);

private:
    struct kind_state
    {
        std::chrono::steady_clock::time_point told{};
        std::uint64_t untold = 0;
        bool was_told = false;
    };

    void say_now_and_then(engine_event::kind kind, std::string text);

    console& out_;
    std::array<kind_state, 9> kinds_{};
};

}  // namespace batch_cancel::cli
