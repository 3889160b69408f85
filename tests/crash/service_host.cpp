#include "service_host.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <future>
#include <utility>

namespace batch_cancel::crash
{

std::string pair_name(std::string_view job, std::string_view task)
{
    auto name = std::string(job).append(",").append(task);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char letter)
                   { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; });
    return name;
}

service_host::service_host(simulator::options simulated)
    : tasks_(simulated.tasks_per_job)
    , server_(
          [&]
          {
              simulated.on_cancel = [this](simulator::cancel_seen const& seen) { note(seen); };
              return simulator::server(context_.get_executor(), simulated);
          }())
    , work_(context_.get_executor())
    , thread_([this] { context_.run(); })
{
}

service_host::~service_host()
{
    boost::asio::post(context_, [this] { server_.stop(); });
    work_.reset();
    thread_.join();
}

template <class Function>
auto service_host::ask(Function question)
{
    std::packaged_task<decltype(question())()> task(std::move(question));
    auto answer = task.get_future();
    boost::asio::post(context_, [&task] { task(); });
    return answer.get();
}

void service_host::note(simulator::cancel_seen const& seen)
{
    auto const by = processes_.find(seen.authorization);
    events_.push_back({.pair = pair_name(seen.job_id, seen.task_id),
                       .process = by == processes_.end() ? processes_.size() : by->second,
                       .status = seen.status,
                       .was_applied = seen.was_applied,
                       .met = seen.met});
}

std::string service_host::endpoint() const
{
    return server_.endpoint_url();
}

std::string service_host::ca_certificate_pem() const
{
    return server_.ca_certificate_pem();
}

std::string service_host::token_for(std::size_t process)
{
    return ask(
        [&]
        {
            // Tokens tell when they were issued, so the next one is another.
            for (;;)
            {
                auto token = server_.token();
                if (processes_.emplace("Bearer " + token, process).second)
                    return token;
            }
        });
}

std::vector<std::string> service_host::pairs_of_job(std::size_t job) const
{
    std::vector<std::string> pairs;
    for (std::size_t task = 0; task < tasks_; ++task)
        pairs.push_back(pair_name(server_.job_id(job), server_.task_id(job, task)));
    return pairs;
}

std::vector<cancel_event> service_host::events()
{
    return ask([&] { return events_; });
}

simulator::statistics service_host::statistics()
{
    return ask([&] { return server_.statistics(); });
}

}  // namespace batch_cancel::crash
