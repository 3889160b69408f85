#include "simulator/tokens.hpp"

#include "model/later.hpp"

#include <boost/beast/core/string.hpp>

#include <cstring>

namespace batch_cancel::simulator
{

namespace
{

constexpr std::string_view prefix = "simulated.";
constexpr std::uint32_t token_mark = 0x746f6b65;

}  // namespace

token_mint::token_mint(std::uint64_t seed, duration lifetime, time_point now)
    : seal_(seed, "tokens")
    , lifetime_(lifetime)
    , started_(now)
{
}

std::string token_mint::issue(time_point now) const
{
    std::int64_t const age = (now - started_).count();
    guid plain;
    std::memcpy(plain.data(), &token_mark, 4);
    std::memcpy(plain.data() + 4, &generation_, 4);
    std::memcpy(plain.data() + 8, &age, 8);
    return std::string(prefix).append(view(to_text(seal_.seal(plain))));
}

token_mint::verdict token_mint::check(std::string_view authorization, time_point now)
{
    constexpr std::string_view scheme = "Bearer ";
    if (!boost::beast::iequals(authorization.substr(0, scheme.size()), scheme) || authorization.size() == scheme.size())
        return verdict::absent;
    auto const token = authorization.substr(scheme.size());
    if (token == last_good_ && now < last_good_until_) [[likely]]
        return verdict::good;
    time_point good_until;
    auto const judged = open(token, now, good_until);
    if (judged == verdict::good)
    {
        last_good_ = token;
        last_good_until_ = good_until;
    }
    return judged;
}

token_mint::verdict token_mint::open(std::string_view token, time_point now, time_point& good_until) const
{
    if (!token.starts_with(prefix))
        return verdict::unreadable;
    auto const sealed = parse_guid(token.substr(prefix.size()));
    if (!sealed)
        return verdict::unreadable;
    auto const plain = seal_.open(*sealed);
    std::uint32_t mark;
    std::uint32_t generation;
    std::int64_t age;
    std::memcpy(&mark, plain.data(), 4);
    std::memcpy(&generation, plain.data() + 4, 4);
    std::memcpy(&age, plain.data() + 8, 8);
    if (mark != token_mark)
        return verdict::unreadable;
    good_until = lifetime_ == duration::zero() ? time_point::max() : model::later(started_ + duration{age}, lifetime_);
    return generation == generation_ && now < good_until ? verdict::good : verdict::expired;
}

void token_mint::revoke()
{
    ++generation_;
    last_good_.clear();
    last_good_until_ = {};
}

}  // namespace batch_cancel::simulator
