#pragma once

#include <batch_cancel/result.hpp>

#include <cstdint>
#include <string>

namespace batch_cancel::cli
{

/** Which pairs and lines a report lists. Its summary is always about all of them. */
class selection
{
public:
    enum kind : std::uint8_t
    {
        accepted = 1,
        conflict = 2,
        failed = 4,
        unprocessed = 8,
        /** Of any outcome, or none. */
        ambiguous = 16,
        /** Lines that are not a pair. */
        rejected = 32,
        /** What an operator must look at. */
        not_accepted = conflict | failed | unprocessed | rejected,
        all = accepted | not_accepted,
    };

    constexpr selection(kind wanted = all) noexcept  // NOLINT(google-explicit-constructor): a kind is a selection
        : wanted_(wanted)
    {
    }

    /** Select what either of two selects. */
    constexpr selection operator|(selection other) const noexcept
    {
        return static_cast<kind>(wanted_ | other.wanted_);
    }

    constexpr bool operator==(selection const&) const noexcept = default;

    /** Tell whether it selects all of a kind. */
    constexpr bool has(kind what) const noexcept
    {
        return (wanted_ & what) == what;
    }

    constexpr bool is_everything() const noexcept
    {
        return has(all);
    }

    bool has_result(result const& settled) const noexcept;
    bool has_unprocessed(bool is_ambiguous) const noexcept;

private:
    kind wanted_;
};

/** Read a list of names: "failed,unprocessed".
    @par Errors  Throws std::invalid_argument that names what can be selected. */
selection parse_selection(std::string const& text);

}  // namespace batch_cancel::cli
