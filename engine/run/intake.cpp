#include "run/intake.hpp"

#include <algorithm>
#include <utility>

namespace batch_cancel::run
{

namespace
{

constexpr std::size_t block_size = 128;

}  // namespace

intake::intake(pair_source& from)
    : from_(from)
    , block_(block_size)
{
}

bool intake::take(pair& into)
{
    if (next_ == filled_)
        return false;
    std::swap(into, block_[next_]);
    ++next_;
    return true;
}

boost::asio::awaitable<void> intake::refill()
{
    reading_ = true;
    next_ = filled_ = 0;
    struct reading_guard
    {
        explicit reading_guard(bool& flag)
            : flag_(flag)
        {
        }
        ~reading_guard()
        {
            flag_ = false;
        }
        reading_guard(reading_guard const&) = delete;
        reading_guard& operator=(reading_guard const&) = delete;

        bool& flag_;
    } guard(reading_);
    auto const count = co_await from_.read_some(block_);
    filled_ = std::min(count, block_.size());
    pulled_ += filled_;
    ended_ = filled_ == 0;
}

}  // namespace batch_cancel::run
