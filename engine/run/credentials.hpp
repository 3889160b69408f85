#pragma once

#include "net/wait_list.hpp"

#include <batch_cancel/token_source.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace batch_cancel::run
{

/** The token that all lanes share, and the one place that asks for another: whoever needs one while it is being asked for
    waits for that answer. Used on the run's strand. */
class credentials
{
public:
    credentials(boost::asio::any_io_executor strand, token_source& source);

    /** The token in use; generation 0 before the first has been had. */
    access_token const& current() const noexcept
    {
        return token_;
    }

    /** Replace a token that the service refused; generation 0 asks for the first one.

        @return  True if `current` is another one now. False if none other can be had: `fault` says why, if that is known.
        @par Cancellation  Terminal: as the token source does. */
    boost::asio::awaitable<bool> replace(std::uint64_t refused);

    std::string const& fault() const noexcept
    {
        return fault_;
    }

    /** Let nobody wait any more. */
    void stop();

private:
    boost::asio::awaitable<void> ask(std::uint64_t refused);

    token_source& source_;
    net::wait_list waiting_;
    access_token token_;
    std::string fault_;
    bool asking_{false};
    bool stopped_{false};
};

}  // namespace batch_cancel::run
