#include "cli/service/hosted_simulator.hpp"

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace batch_cancel::cli
{

namespace
{

int make_memory_file(std::string const& content)
{
    auto const descriptor = ::memfd_create("batch-cancel-ca", MFD_CLOEXEC);
    if (descriptor < 0 || ::write(descriptor, content.data(), content.size()) != static_cast<ssize_t>(content.size()))
        throw boost::system::system_error{errno, boost::system::system_category(), "memfd_create"};
    return descriptor;
}

}  // namespace

hosted_simulator::hosted_simulator(simulator::options const& options)
    : server_(context_.get_executor(), options)
    , endpoint_url_(server_.endpoint_url())
    , token_(server_.token())
    , ca_descriptor_(make_memory_file(server_.ca_certificate_pem()))
    , ca_file_("/proc/self/fd/" + std::to_string(ca_descriptor_))
{
    thread_ = std::thread{[this] { context_.run(); }};
}

hosted_simulator::~hosted_simulator()
{
    stop();
    ::close(ca_descriptor_);
}

simulator::statistics hosted_simulator::stop()
{
    if (thread_.joinable())
    {
        boost::asio::post(context_, [this] { server_.stop(); });
        thread_.join();
    }
    return server_.statistics();
}

}  // namespace batch_cancel::cli
