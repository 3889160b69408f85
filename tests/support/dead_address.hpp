#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <sys/socket.h>

#include <cstdint>
#include <vector>

namespace batch_cancel::test
{

/** An address of loopback that answers nothing, as one behind a broken route: the queue of its socket is full, so that the system
    drops what asks for more. */
class dead_address
{
public:
    /** @param port  0: the system chooses one. */
    dead_address(boost::asio::io_context& context, char const* text, std::uint16_t port = 0)
        : acceptor_(context)
    {
        boost::asio::ip::tcp::endpoint const wanted(boost::asio::ip::make_address(text), port);
        acceptor_.open(wanted.protocol());
        acceptor_.bind(wanted);
        acceptor_.listen(0);
        auto const there = address();
        for (int i = 0; i != 4; ++i)
        {
            auto& filler = fillers_.emplace_back(context);
            filler.open(wanted.protocol());
            filler.native_non_blocking(true);
            // Not Asio's connect, which waits for the end of it.
            static_cast<void>(::connect(filler.native_handle(), there.data(), static_cast<socklen_t>(there.size())));
        }
    }

    boost::asio::ip::tcp::endpoint address() const
    {
        return acceptor_.local_endpoint();
    }

private:
    boost::asio::ip::tcp::acceptor acceptor_;
    std::vector<boost::asio::ip::tcp::socket> fillers_;
};

}  // namespace batch_cancel::test
