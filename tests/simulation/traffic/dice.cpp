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

namespace
{

// Where the normal distribution reaches a share; bisected, for it has no inverse in closed form.
double normal_quantile(double share)
{
    double low = -8;
    double high = 8;
    for (int step = 0; step != 40; ++step)
    {
        double const middle = (low + high) / 2;
        (std::erfc(-middle / std::numbers::sqrt2) / 2 < share ? low : high) = middle;
    }
    return low;
}

auto const& normal_quantiles()
{
    static auto const all = []
    {
        std::array<double, 1024> made{};
        for (std::size_t i = 0; i != made.size(); ++i)
            made[i] = normal_quantile((static_cast<double>(i) + 0.5) / static_cast<double>(made.size()));
        return made;
    }();
    return all;
}

}  // namespace

spread::spread(double sigma)
{
    auto const& quantiles = normal_quantiles();
    static_assert(std::tuple_size_v<std::remove_cvref_t<decltype(quantiles)>> == std::tuple_size_v<decltype(factors_)>);
    for (std::size_t i = 0; i != factors_.size(); ++i)
        factors_[i] = std::exp(sigma * quantiles[i]);
}

}  // namespace batch_cancel::simulation
