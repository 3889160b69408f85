#include "dice.hpp"

#include <cmath>
#include <numbers>

namespace batch_cancel::simulation
{

dice::dice(std::uint64_t seed, std::uint64_t pair, std::uint64_t visit) noexcept
    : state_(seed)
{
    state_ = bits() ^ pair;
    state_ = bits() ^ visit;
}

std::uint64_t dice::bits() noexcept
{
    state_ += 0x9e3779b97f4a7c15u;
    auto mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

double dice::share() noexcept
{
    return static_cast<double>(bits() >> 11) * 0x1.0p-53;
}

double dice::evenly(double from, double to) noexcept
{
    return from + (to - from) * share();
}

double dice::by_ratio(double from, double to) noexcept
{
    return from * std::pow(to / from, share());
}

int dice::whole(int from, int to) noexcept
{
    return from + static_cast<int>(share() * (to - from + 1));
}

bool dice::one_in(double chance) noexcept
{
    return share() < chance;
}

double dice::gap(double mean) noexcept
{
    return -mean * std::log1p(-share());
}

double dice::around(double median, double sigma) noexcept
{
    // Box and Muller; the second value is not kept, so that each visit draws as many.
    double const length = std::sqrt(-2 * std::log1p(-share()));
    return median * std::exp(sigma * length * std::cos(2 * std::numbers::pi * share()));
}

}  // namespace batch_cancel::simulation
