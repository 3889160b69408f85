#pragma once

#include <batch_cancel/simulator/simulator.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace batch_cancel::crash
{

/** A cancel that arrived: the ground truth of a round. */
struct cancel_event
{
    /** Job and task with a comma between them, in lower case. */
    std::string pair{};
    /** Which process of the run sent it. */
    std::size_t process = 0;
    unsigned status = 0;
    bool was_applied = false;
    std::optional<simulator::fault_kind> met{};

    /** It was turned away: its sender knows for sure that nothing came of it, once it has the answer. */
    bool is_harmless() const noexcept
    {
        return status == 429 || status == 401;
    }
};

/** The simulator in a thread of its own, and what it saw. */
class service_host
{
public:
    explicit service_host(simulator::options simulated);
    service_host(service_host const&) = delete;
    service_host& operator=(service_host const&) = delete;
    ~service_host();

    std::string endpoint() const;
    std::string ca_certificate_pem() const;

    /** Issue a token that tells this process from all others. */
    std::string token_for(std::size_t process);

    /** The pairs of one job, "job,task", as the simulator writes them. */
    std::vector<std::string> pairs_of_job(std::size_t job) const;

    std::vector<cancel_event> events();
    simulator::statistics statistics();

private:
    template <class Function>
    auto ask(Function question);

    void note(simulator::cancel_seen const& seen);

    boost::asio::io_context context_{1};
    std::size_t tasks_;
    // Touched on the context alone.
    std::vector<cancel_event> events_{};
    std::map<std::string, std::size_t, std::less<>> processes_{};  // by token
    simulator::server server_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::thread thread_;
};

/** A pair as it is named here, whatever case its ids are written in. */
std::string pair_name(std::string_view job, std::string_view task);

}  // namespace batch_cancel::crash
