#include "core/credential_rule.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace batch_cancel::core
{

bool credential_rule::wants(ticket const& refused) const noexcept
{
    return refused.is_token_refused ? !refused.refusal_tried_again : !ever_worked_;
}

void credential_rule::put_aside(ticket&& refused)
{
    aside_.push_back(std::move(refused));
}

template <class Predicate>
std::vector<ticket> credential_rule::take_if(Predicate predicate)
{
    auto const kept_end = std::stable_partition(aside_.begin(), aside_.end(), std::not_fn(predicate));
    std::vector<ticket> taken(std::make_move_iterator(kept_end), std::make_move_iterator(aside_.end()));
    aside_.erase(kept_end, aside_.end());
    return taken;
}

std::vector<ticket> credential_rule::on_working_answer(std::uint64_t generation,
                                                       std::chrono::steady_clock::time_point asked_at)
{
    ever_worked_ = true;
    if (aside_.empty())
        return {};
    auto released = take_if(
        [&](ticket const& refused) {
            return !refused.is_token_refused ||
                   (refused.token_generation == generation && asked_at >= refused.refused_at);
        });
    for (auto& each : released)
    {
        each.is_settled = !each.is_token_refused;
        each.refusal_tried_again = true;
    }
    return released;
}

std::vector<ticket> credential_rule::on_other_token()
{
    return take_if([](ticket const& refused) { return refused.is_token_refused; });
}

}  // namespace batch_cancel::core
