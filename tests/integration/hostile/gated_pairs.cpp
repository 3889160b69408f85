#include "gated_pairs.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace batch_cancel::test
{

namespace asio = boost::asio;

gated_pairs::gated_pairs(asio::io_context& context, std::vector<pair> pairs)
    : context_(context)
    , pairs_(std::move(pairs))
    , waiting_(context.get_executor())
{
}

asio::awaitable<std::size_t> gated_pairs::read_some(std::span<pair> into)
{
    while (next_ < pairs_.size() && next_ >= allowed_)
        co_await waiting_.wait();
    if (next_ == pairs_.size())
        co_return 0;
    into.front() = pairs_[next_++];
    co_return 1;
}

void gated_pairs::let_go()
{
    asio::post(context_,
               [this]
               {
                   ++allowed_;
                   waiting_.wake_all();
               });
}

}  // namespace batch_cancel::test
