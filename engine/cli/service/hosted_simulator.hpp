#pragma once

#include <batch_cancel/simulator/simulator.hpp>

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <string>
#include <thread>

namespace batch_cancel::cli
{

/** A simulator on a thread of its own. */
class hosted_simulator
{
public:
    /** Start it.
        @par Errors  As simulator::server; system_error. */
    explicit hosted_simulator(simulator::options const& options);

    hosted_simulator(hosted_simulator const&) = delete;
    hosted_simulator& operator=(hosted_simulator const&) = delete;

    /** Stops it, if that has not been done. */
    ~hosted_simulator();

    std::string const& endpoint_url() const noexcept
    {
        return endpoint_url_;
    }

    /** A file that only this process can read: the root to trust. */
    std::filesystem::path const& ca_file() const noexcept
    {
        return ca_file_;
    }

    std::string const& token() const noexcept
    {
        return token_;
    }

    /** Stop it and tell what it saw. */
    simulator::statistics stop();

private:
    boost::asio::io_context context_{1};
    simulator::server server_;
    std::string endpoint_url_;
    std::string token_;
    int ca_descriptor_{-1};
    std::filesystem::path ca_file_;
    std::thread thread_;
};

}  // namespace batch_cancel::cli
