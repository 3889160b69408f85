#include "core/credential_rule.hpp"

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
    std::vector<ticket> taken;
    std::vector<ticket> kept;
    for (auto& each : aside_)
        (predicate(each) ? taken : kept).push_back(std::move(each));
    aside_ = std::move(kept);
    return taken;
}

std::vector<ticket> credential_rule::on_working_answer(std::uint64_t generation,
                                                       std::chrono::steady_clock::time_point asked_at)
{
    ever_worked_ = true;
    worked_generation_ = generation;
    worked_asked_at_ = asked_at;
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
