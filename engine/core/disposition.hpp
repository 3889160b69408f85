#pragma once

#include "core/backoff.hpp"
#include "core/ticket.hpp"
#include "core/verdict.hpp"

#include <chrono>
#include <cstdint>

namespace batch_cancel::core
{

/** Where a pair goes after an attempt. */
struct disposition
{
    enum class place : std::uint8_t
    {
        /** To the record: its outcome is final. */
        record,
        /** To the retry queue, due after `wait`. */
        retry,
        /** To the retry queue, due when the gate opens. */
        gate,
    };

    place to = place::record;
    std::chrono::steady_clock::duration wait{};

    bool operator==(disposition const&) const = default;
};

/** Take an attempt's verdict into its pair's history, and decide where the pair goes.

    @param of            Not one that asks for another token: who has tokens decides on that.
    @param asked         Counts, ambiguity, and outcome and reason if they are final, are updated.
    @param max_attempts  Most attempts that count. */
disposition dispose(ticket& asked, verdict const& of, unsigned max_attempts, random_bits& random);

}  // namespace batch_cancel::core
