#include <batch_cancel/pair_source.hpp>
#include <batch_cancel/result_sink.hpp>

#include <algorithm>
#include <utility>

namespace batch_cancel
{

pair_list::pair_list(std::vector<pair> pairs) noexcept
    : pairs_(std::move(pairs))
{
}

boost::asio::awaitable<std::size_t> pair_list::read_some(std::span<pair> into)
{
    auto const count = std::min(into.size(), pairs_.size() - next_);
    std::copy_n(pairs_.begin() + static_cast<std::ptrdiff_t>(next_), count, into.begin());
    next_ += count;
    co_return count;
}

boost::asio::awaitable<void> result_list::put(result const& settled)
{
    results_.push_back(settled);
    co_return;
}

}  // namespace batch_cancel
