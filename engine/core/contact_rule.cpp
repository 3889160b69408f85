#include "core/contact_rule.hpp"

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
        return true;
    case connect_step::connect:
    case connect_step::proxy:
    case connect_step::handshake:
        break;
    }
    return false;
}

}  // namespace

contact_rule::decision contact_rule::on_failure(connect_step step, time_point now, random_bits& random)
{
    ++failures_;
    if (!ever_worked_ && (is_permanent(step) || failures_ >= first_contact_tries))
        return decision::give_up;
    next_try_ = now + between_connects.next(failures_, random);
    return decision::try_again;
}

}  // namespace batch_cancel::core
