#pragma once

#include "core/ticket.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace batch_cancel::core
{

/** Tells refused credentials from refused pairs.

    A pair that was answered 401, with no other token to be had, and a pair that was answered 403 before anything else has
    ever come, are put aside. An answer of another kind shows that the credentials work, and lets them go: a 401 is tried
    once more, then both are the pairs' own failures. If so many are put aside that it can be no chance, or nothing else is
    left to do, then the service refuses the credentials; the run stops and those pairs stay unprocessed. */
class credential_rule
{
public:
    /** So many pairs put aside, with nothing else answered meanwhile, stop the run. */
    static constexpr std::size_t limit = 20;

    /** Tell whether a pair answered 401 or 403, and with no other token to try, is to be put aside; if not, its failure is
        its own. */
    bool wants(ticket const& refused) const noexcept;

    /** Put a pair aside. */
    void put_aside(ticket&& refused);

    /** Take in an answer that is neither 401 nor 403.

        @return  The pairs to let go: `is_settled` ones are final, the others are to be sent once more. Nearly always none. */
    std::vector<ticket> on_working_answer();

    /** Give up the pairs put aside: the run stops. */
    std::vector<ticket> take_aside() noexcept
    {
        return std::exchange(aside_, {});
    }

    bool is_refused() const noexcept
    {
        return aside_.size() >= limit;
    }

    bool has_aside() const noexcept
    {
        return !aside_.empty();
    }

private:
    std::vector<ticket> aside_;
    bool ever_worked_{false};
};

}  // namespace batch_cancel::core
