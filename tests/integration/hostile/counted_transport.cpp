#include "counted_transport.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace batch_cancel::test
{

namespace asio = boost::asio;

class counted_transport::counted_connection final : public connection
{
public:
    counted_connection(counted_transport& owner, std::unique_ptr<connection> counted)
        : owner_(owner)
        , counted_(std::move(counted))
    {
        ++owner_.open_;
    }

    ~counted_connection() override
    {
        --owner_.open_;
    }

    asio::awaitable<io_result> read_some(asio::mutable_buffer into) override
    {
        auto const result = co_await counted_->read_some(into);
        read_ += result.bytes;
        owner_.most_read_ = std::max(owner_.most_read_, read_);
        co_return result;
    }

    asio::awaitable<io_result> write(asio::const_buffer bytes) override
    {
        return counted_->write(bytes);
    }

    bool is_quiet() override
    {
        return counted_->is_quiet();
    }

    boost::system::error_code fault() const noexcept override
    {
        return counted_->fault();
    }

    void close() noexcept override
    {
        counted_->close();
    }

private:
    counted_transport& owner_;
    std::unique_ptr<connection> counted_;
    std::size_t read_{0};
};

counted_transport::counted_transport(asio::io_context& context, std::unique_ptr<transport> counted)
    : context_(context)
    , counted_(std::move(counted))
    , held_(context.get_executor())
{
}

asio::awaitable<connect_result> counted_transport::connect()
{
    auto result = co_await counted_->connect();
    if (!result.connection)
        co_return result;
    while (is_held_)
        co_await held_.wait();
    result.connection = std::make_unique<counted_connection>(*this, std::move(result.connection));
    co_return result;
}

void counted_transport::release()
{
    asio::post(context_,
               [this]
               {
                   is_held_ = false;
                   held_.wake_all();
               });
}

}  // namespace batch_cancel::test
