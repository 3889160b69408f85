#include <batch_cancel/simulator/simulator.hpp>

#include "simulator/connection.hpp"
#include "simulator/service.hpp"
#include "simulator/tls_setup.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <unordered_set>
#include <utility>

namespace batch_cancel::simulator
{

namespace asio = boost::asio;
using asio::ip::tcp;

namespace
{

options checked(options simulated)
{
    validate(simulated);
    return simulated;
}

asio::any_io_executor checked(asio::any_io_executor executor)
{
    if (!executor)
        throw std::invalid_argument("the simulator's executor must not be empty");
    return executor;
}

// A coroutine that fails takes the error out of the executor's run, not into the void.
void rethrow(std::exception_ptr failure)
{
    if (failure)
        std::rethrow_exception(failure);
}

}  // namespace

/** Shared by the server and by its coroutines, which may end after it. */
class server::impl : public std::enable_shared_from_this<impl>
{
public:
    impl(asio::any_io_executor executor, options simulated)
        : options_(checked(std::move(simulated)))
        , service_(options_, std::chrono::steady_clock::now())
        , executor_(checked(std::move(executor)))
        , acceptor_(executor_)
        , retry_(executor_)
    {
        if (options_.secure)
            tls_.emplace();
        tcp::endpoint const local(asio::ip::address_v4::loopback(), options_.port);
        acceptor_.open(local.protocol());
        acceptor_.set_option(tcp::acceptor::reuse_address(true));
        acceptor_.bind(local);
        acceptor_.listen();
        port_ = acceptor_.local_endpoint().port();
    }

    void start()
    {
        asio::co_spawn(executor_, accept(shared_from_this()), rethrow);
    }

    void stop()
    {
        stopped_ = true;
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        retry_.cancel();
        for (auto* const open : open_)
            open->stop();
    }

    options const& simulated() const noexcept
    {
        return options_;
    }

    simulator::service& service() noexcept
    {
        return service_;
    }

    std::string const& authority_pem() const noexcept
    {
        return tls_ ? tls_->authority_pem() : no_authority_;
    }

    std::uint16_t port() const noexcept
    {
        return port_;
    }

private:
    static asio::awaitable<void> accept(std::shared_ptr<impl> self)
    {
        boost::system::error_code ec;
        while (!self->stopped_)
        {
            auto socket = co_await self->acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, ec));
            if (self->stopped_)
                co_return;
            if (!ec)
            {
                asio::co_spawn(self->executor_, serve(self, std::move(socket)), rethrow);
                continue;
            }
            // Out of descriptors, most likely: they come back when clients close.
            self->retry_.expires_after(std::chrono::milliseconds{100});
            co_await self->retry_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        }
    }

    static asio::awaitable<void> serve(std::shared_ptr<impl> self, tcp::socket socket)
    {
        if (self->stopped_)
            co_return;
        connection served(std::move(socket), self->service_, self->tls_ ? &*self->tls_ : nullptr);
        presence const here(*self, served);
        co_await served.serve();
    }

    // Keeps a connection on the list of the open ones.
    class presence
    {
    public:
        presence(impl& owner, connection& served)
            : owner_(owner)
            , served_(served)
        {
            owner_.open_.insert(&served_);
            auto& counts = owner_.service_.counts();
            ++counts.connections;
            counts.most_connections = std::max<std::uint64_t>(counts.most_connections, owner_.open_.size());
        }

        presence(presence const&) = delete;
        presence& operator=(presence const&) = delete;

        ~presence()
        {
            owner_.open_.erase(&served_);
        }

    private:
        impl& owner_;
        connection& served_;
    };

    options options_;
    simulator::service service_;
    std::optional<tls_setup> tls_{};
    std::string no_authority_{};
    asio::any_io_executor executor_;
    tcp::acceptor acceptor_;
    asio::steady_timer retry_;  // until accepting is tried again
    std::uint16_t port_{0};
    std::unordered_set<connection*> open_{};
    bool stopped_{false};
};

server::server(asio::any_io_executor executor, options simulated)
    : impl_(std::make_shared<impl>(std::move(executor), std::move(simulated)))
{
    impl_->start();
}

server::server(server&&) noexcept = default;

server& server::operator=(server&& other) noexcept
{
    if (impl_ && impl_ != other.impl_)
        impl_->stop();
    impl_ = std::move(other.impl_);
    return *this;
}

server::~server()
{
    if (impl_)
        impl_->stop();
}

void server::stop()
{
    impl_->stop();
}

std::string server::endpoint_url() const
{
    auto const* const scheme = impl_->simulated().secure ? "https" : "http";
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(impl_->port());
}

std::uint16_t server::port() const noexcept
{
    return impl_->port();
}

std::string const& server::ca_certificate_pem() const noexcept
{
    return impl_->authority_pem();
}

std::string server::token()
{
    return impl_->service().tokens().issue(std::chrono::steady_clock::now());
}

void server::revoke_tokens()
{
    impl_->service().tokens().revoke();
}

simulator::statistics server::statistics() const
{
    auto counts = impl_->service().counts();
    impl_->service().migrations().report(counts);
    return counts;
}

std::string server::job_id(std::size_t job) const
{
    return std::string(view(to_text(impl_->service().migrations().ids().job_id(job))));
}

std::string server::job_name(std::size_t job) const
{
    return identity::job_name(job);
}

std::string server::task_id(std::size_t job, std::size_t task) const
{
    return std::string(view(to_text(impl_->service().migrations().ids().task_id(job, task))));
}

void server::write_pairs(std::ostream& out) const
{
    out << "job_id,task_id\n";
    auto const& ids = impl_->service().migrations().ids();
    for (std::size_t job = 0; job < ids.jobs() && out; ++job)
    {
        auto const job_id = to_text(ids.job_id(job));
        for (std::size_t task = 0; task < ids.tasks_per_job(); ++task)
        {
            auto const task_id = to_text(ids.task_id(job, task));
            out << view(job_id) << ',' << view(task_id) << '\n';
        }
    }
}

bool server::was_applied(std::string_view job_id, std::string_view task_id) const
{
    auto& migrations = impl_->service().migrations();
    auto const job = migrations.ids().find_job(job_id);
    auto const place = job ? migrations.find_task(*job, task_id) : std::nullopt;
    return place && migrations.was_applied(*place);
}

}  // namespace batch_cancel::simulator
