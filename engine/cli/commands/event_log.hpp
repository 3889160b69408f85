#pragma once

#include "cli/console/console.hpp"

#include <batch_cancel/engine.hpp>

#include <array>
#include <chrono>
#include <cstdint>

namespace batch_cancel::cli
{

/** Says what happens in a run: with -v all of it, else what an operator should know, and not too often. Connections are many,
    and so are told not too often even with -v. */
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

    /** Let an event of a kind through if the last one that was is some time ago. */
    bool is_due(engine_event::kind kind, std::string& text);

    console& out_;
    std::array<kind_state, 9> kinds_{};
};

}  // namespace batch_cancel::cli
