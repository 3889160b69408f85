#pragma once

#include "core/ticket.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace batch_cancel::core
{

/** Tells refused credentials from refused pairs.

    A pair whose token was refused, with no other token to be had, and a pair that was answered 403 before the credentials have
    ever worked, are put aside. An answer that shows that the credentials work lets them go: the former is tried once more, if
    that answer was asked for with the same token since, and then fails by itself; the latter fails. If so many are put aside
    that it can be no chance, or nothing else is left to do, then the service refuses the credentials; the run stops and those
    pairs stay unprocessed. */
class credential_rule
{
public:
    /** So many pairs put aside, with nothing else answered meanwhile, stop the run. */
    static constexpr std::size_t limit = 20;

    /** Tell whether a refused pair, with no other token to try, is to be put aside; if not, its failure is its own. */
    bool wants(ticket const& refused) const noexcept;

    /** Tell whether its token has worked for another pair since it was refused for this one: then it is to be sent once more. */
    bool has_worked_since(ticket const& refused) const noexcept
    {
        return refused.is_token_refused && refused.token_generation == worked_generation_ &&
               worked_asked_at_ >= refused.refused_at;
    }

    /** Put a pair aside. */
    void put_aside(ticket&& refused);

    /** Take in an answer that shows that a token works.

        @param generation  Of that token.
        @param asked_at    When its request was sent.
        @return  The pairs to let go: `is_settled` ones are final, the others are to be sent once more. Nearly always none. */
    std::vector<ticket> on_working_answer(std::uint64_t generation, std::chrono::steady_clock::time_point asked_at);

    /** Take in that there is another token now.
        @return  The pairs to send again with it. */
    std::vector<ticket> on_other_token();

    /** Give up the pairs put aside: the run stops. */
    std::vector<ticket> take_aside() noexcept
    {
        return std::exchange(aside_, {});
    }

    /** Tell whether the credentials have ever worked. */
    bool have_worked() const noexcept
    {
        return ever_worked_;
    }

    /** Tell whether some pair is put aside because its token was refused. */
    bool has_refused_token() const noexcept
    {
        return std::any_of(aside_.begin(), aside_.end(), [](ticket const& each) { return each.is_token_refused; });
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
    template <class Predicate>
    std::vector<ticket> take_if(Predicate predicate);

    std::vector<ticket> aside_;
    bool ever_worked_{false};
    std::uint64_t worked_generation_{0};  // the token that worked last, and when that request was sent
    std::chrono::steady_clock::time_point worked_asked_at_{};
};

}  // namespace batch_cancel::core
