#include "aim.hpp"

#include <algorithm>

namespace batch_cancel::crash
{

namespace
{

// From here on the number is halved: 2^14 calls are more than any run of a rig makes.
constexpr int gentle_tries = 10;

}  // namespace

aim::aim(std::uint64_t number) noexcept
    : number_(std::max<std::uint64_t>(number, 1))
{
}

void aim::miss_fresh_run(std::uint64_t made) noexcept
{
    auto const most = std::min(number_, made);
    number_ = std::max<std::uint64_t>(tries_ < gentle_tries ? most * 9 / 10 : most / 2, 1);
    ++tries_;
}

void aim::miss_resume() noexcept
{
    miss_fresh_run(number_);
}

}  // namespace batch_cancel::crash
