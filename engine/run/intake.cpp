#include "run/intake.hpp"

#include <algorithm>
#include <utility>

namespace batch_cancel::run
{

namespace
{

// Two blocks are planned in the journal and not yet begun, at most: so many pairs may be called ambiguous after a loss of power.
constexpr std::size_t block_size = 2048;

// What the first reading takes, so that a small run has no use for more.
constexpr std::size_t first_block_size = 64;

}  // namespace

intake::intake(pair_source& from)
    : from_(from)
    , ahead_{.pairs = std::vector<pair>(first_block_size)}
{
}

bool intake::take(pair& into)
{
    if (here_ == 0)
        return false;
    if (current_.next == current_.filled)
    {
        std::swap(current_, ahead_);
        ahead_.filled = ahead_.next = 0;
    }
    std::swap(into, current_.pairs[current_.next]);
    ++current_.next;
    --here_;
    return true;
}

boost::asio::awaitable<std::span<pair const>> intake::read()
{
    if (pulled_ != 0)
        ahead_.pairs.resize(block_size);
    auto const count = co_await from_.read_some(ahead_.pairs);
    ahead_.filled = std::min(count, ahead_.pairs.size());
    pulled_ += ahead_.filled;
    ended_ = ahead_.filled == 0;
    co_return std::span<pair const>(ahead_.pairs).first(ahead_.filled);
}

void intake::publish() noexcept
{
    here_ = (current_.filled - current_.next) + (ahead_.filled - ahead_.next);
}

}  // namespace batch_cancel::run
