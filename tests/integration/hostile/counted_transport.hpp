#pragma once

#include "net/wait_list.hpp"

#include <batch_cancel/transport.hpp>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>

namespace batch_cancel::test
{

/** A transport that counts what is read through another one. */
class counted_transport final : public transport
{
public:
    /** @param counted  Owned. */
    counted_transport(boost::asio::io_context& context, std::unique_ptr<transport> counted);

    endpoint const& service() const noexcept override
    {
        return counted_->service();
    }

    boost::asio::awaitable<connect_result> connect() override;

    /** Bytes read from the connection that gave most. */
    std::size_t most_read() const noexcept
    {
        return most_read_;
    }

    /** Connections open now. */
    std::size_t open() const noexcept
    {
        return open_;
    }

    /** Suspend every connect that has worked until `release`. */
    void hold()
    {
        is_held_ = true;
    }

    /** From any thread. */
    void release();

private:
    class counted_connection;

    boost::asio::io_context& context_;
    std::unique_ptr<transport> counted_;
    net::wait_list held_;
    std::size_t most_read_{0};
    std::size_t open_{0};
    bool is_held_{false};
};

}  // namespace batch_cancel::test
