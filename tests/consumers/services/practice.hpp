#pragma once

#include <batch_cancel/endpoint.hpp>
#include <batch_cancel/pair.hpp>
#include <batch_cancel/result.hpp>
#include <batch_cancel/simulator/simulator.hpp>
#include <batch_cancel/summary.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>
#include <string>
#include <vector>

/** A Graph of one's own on loopback, to practise on: 300 pairs, of which some are too late and some are missing.

    @par Thread safety  As batch_cancel::simulator::server: used where its executor runs, or while nothing runs it. */
class practice
{
public:
    explicit practice(boost::asio::any_io_executor executor);
    practice(practice const&) = delete;
    practice& operator=(practice const&) = delete;
    ~practice();

    batch_cancel::endpoint endpoint() const;

    /** PEM file of the root to trust; goes with this object. */
    std::filesystem::path const& ca_file() const noexcept;

    std::string token();
    std::vector<batch_cancel::pair> pairs() const;

    /** Stop serving, so that the executor runs out of work. */
    void stop();

    /** Print the totals, and tell whether they add up and are what the service itself has seen. */
    bool confirms(batch_cancel::summary const& done, std::vector<batch_cancel::result> const& results) const;

private:
    batch_cancel::simulator::server server_;
    std::filesystem::path ca_file_;
};
