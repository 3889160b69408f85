#include "core/credential_rule.hpp"

#include <utility>

namespace batch_cancel::core
{

bool credential_rule::wants(ticket const& refused) const noexcept
{
    return refused.record.status == 401 || !ever_worked_;
}

void credential_rule::put_aside(ticket&& refused)
{
    aside_.push_back(std::move(refused));
}

std::vector<ticket> credential_rule::on_working_answer()
{
    ever_worked_ = true;
    if (aside_.empty())
        return {};
    for (auto& refused : aside_)
    {
        bool const once_more = refused.record.status == 401 && !refused.refusal_tried_again;
        refused.refusal_tried_again = true;
        refused.is_settled = !once_more;
    }
    return std::exchange(aside_, {});
}

}  // namespace batch_cancel::core
