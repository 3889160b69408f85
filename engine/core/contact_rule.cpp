#include "core/contact_rule.hpp"

#include <algorithm>
#include <utility>

namespace batch_cancel::core
{

namespace
{

// What no second try will change. A handshake that broke off or a connect that failed may be chance.
bool is_permanent(connect_step step) noexcept
{
    switch (step)
    {
    case connect_step::certificate:
    case connect_step::protocol:
    case connect_step::resolve:
    case connect_step::proxy_sign_in:
    case connect_step::client_certificate:
        return true;
    case connect_step::connect:
    case connect_step::proxy:
    case connect_step::handshake:
        break;
    }
    return false;
}

}  // namespace

contact_rule::decision contact_rule::on_failure(connect_step step, time_point now, traffic::random_bits& random)
{
    ++failures_;
    bool const is_refusal = step == connect_step::client_certificate;
    if (is_refusal)
        ++refusals_;
    bool const has_contact = is_refusal ? ever_answered_ : ever_worked_;
    if (!has_contact && (is_permanent(step) || failures_ >= first_contact_tries))
        return decision::give_up;
    next_try_ = now + traffic::between_connects.next(std::max(failures_, refusals_), random);
    return decision::try_again;
}

void contact_rule::on_success(time_point now, traffic::random_bits& random)
{
    ever_worked_ = true;
    failures_ = 0;
    next_try_ = refusals_ == 0 ? time_point{} : now + traffic::between_connects.next(refusals_, random);
}

void contact_rule::on_first_answer() noexcept
{
    ever_answered_ = true;
    if (std::exchange(refusals_, 0) != 0 && failures_ == 0)
        next_try_ = {};
}

}  // namespace batch_cancel::core
