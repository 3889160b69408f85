#include "support/scripted_transport.hpp"

#include "net/wait_list.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace batch_cancel::test
{

namespace asio = boost::asio;

namespace
{

// The stream that both the client's end and the timed replies of the script hold.
struct pipe
{
    explicit pipe(asio::any_io_executor const& executor)
        : changed(executor)
    {
    }

    net::wait_list changed;
    std::string pending{};
    boost::system::error_code end{};
    bool is_closed = false;
};

void deliver(pipe& to, reply const& with)
{
    to.pending += with.bytes;
    if (with.then == reply::ending::eof)
        to.end = asio::error::eof;
    else if (with.then == reply::ending::reset)
        to.end = asio::error::connection_reset;
    else if (with.then == reply::ending::certificate_alert)
        to.end = tls_alert(116);
    to.changed.wake_all();
}

asio::awaitable<void> deliver_later(std::shared_ptr<pipe> to, reply with, virtual_clock& time)
{
    auto const due = time.now() + with.delay;
    co_await time.wait_until(due);
    deliver(*to, with);
}

seen_request take_apart(std::string bytes)
{
    seen_request seen;
    auto const between = [&](std::string_view before, std::string_view after)
    {
        auto const from = bytes.find(before);
        if (from == std::string::npos)
            return std::string{};
        auto const start = from + before.size();
        return bytes.substr(start, bytes.find(after, start) - start);
    };
    seen.job_id = between("/crossTenantMigrationJobs/", "/");
    seen.task_id = between("/users/", "/");
    seen.bytes = std::move(bytes);
    return seen;
}

}  // namespace

reply http(unsigned status, std::string const& body, std::string const& fields)
{
    reply result;
    result.bytes = "HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Type: application/json\r\n" + fields +
                   "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    return result;
}

reply accepted()
{
    return http(202, R"({"status":"Accepted","message":"Cancellation request was accepted."})",
                "request-id: 11111111-2222-3333-4444-555555555555\r\n");
}

reply silence()
{
    return {};
}

boost::system::error_code tls_alert(int number)
{
    return {static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, 1000 + number)), asio::error::get_ssl_category()};
}

class scripted_transport::scripted_connection final : public connection
{
public:
    scripted_connection(scripted_transport& owner, std::size_t serial)
        : owner_(owner)
        , serial_(serial)
        , pipe_(std::make_shared<pipe>(owner.executor_))
    {
        owner_.open_.push_back(this);
        owner_.most_open_ = std::max(owner_.most_open_, owner_.open_.size());
    }

    ~scripted_connection() override
    {
        std::erase(owner_.open_, this);
    }

    asio::awaitable<io_result> read_some(asio::mutable_buffer into) override
    {
        auto const held = pipe_;
        while (!held->is_closed && held->pending.empty() && !held->end)
            co_await held->changed.wait();
        io_result result;
        if (held->is_closed)
            result.error = asio::error::operation_aborted;
        else if (held->pending.empty())
            result.error = held->end;
        else
        {
            result.bytes = std::min({into.size(), held->pending.size(), owner_.read_limit_});
            std::memcpy(into.data(), held->pending.data(), result.bytes);
            held->pending.erase(0, result.bytes);
        }
        co_return result;
    }

    asio::awaitable<io_result> write(asio::const_buffer bytes) override
    {
        io_result result;
        if (auto const taken = std::exchange(owner_.failing_write_, std::nullopt))
        {
            result.bytes = *taken;
            result.error = asio::error::broken_pipe;
            co_return result;
        }
        auto seen = take_apart({static_cast<char const*>(bytes.data()), bytes.size()});
        seen.connection = serial_;
        seen.earlier_on_connection = requests_++;
        seen.at = owner_.time_.now();
        owner_.requests_.push_back(seen);
        auto with = owner_.decide(seen);
        if (with.delay.count() > 0)
            asio::co_spawn(owner_.executor_, deliver_later(pipe_, std::move(with), owner_.time_), asio::detached);
        else
            deliver(*pipe_, with);
        result.bytes = bytes.size();
        co_return result;
    }

    bool is_quiet() override
    {
        return !pipe_->is_closed && pipe_->pending.empty() && !pipe_->end;
    }

    boost::system::error_code fault() const noexcept override
    {
        return pipe_->pending.empty() ? pipe_->end : boost::system::error_code();
    }

    void close() noexcept override
    {
        pipe_->is_closed = true;
        pipe_->changed.wake_all();
    }

    pipe& stream() noexcept
    {
        return *pipe_;
    }

private:
    scripted_transport& owner_;
    std::size_t serial_;
    std::size_t requests_{0};
    std::shared_ptr<pipe> pipe_;
};

scripted_transport::scripted_transport(asio::any_io_executor executor, virtual_clock& time)
    : executor_(std::move(executor))
    , time_(time)
    , others_([](seen_request const&) { return accepted(); })
{
}

scripted_transport::~scripted_transport() = default;

asio::awaitable<connect_result> scripted_transport::connect()
{
    auto const serial = ++connects_;
    connect_result result;
    connect_plan planned{.delay = connect_delay_};
    if (!connect_failures_.empty())
    {
        planned.failure = std::move(connect_failures_.front());
        connect_failures_.pop_front();
    }
    else if (connects_with_)
        planned = connects_with_();
    if (planned.delay.count() > 0)
    {
        auto const due = time_.now() + planned.delay;
        auto const interrupted = co_await time_.wait_until(due);
        if (interrupted)
        {
            result.failure.error = interrupted;
            co_return result;
        }
    }
    if (planned.failure)
    {
        result.failure = std::move(*planned.failure);
        co_return result;
    }
    auto made = std::make_unique<scripted_connection>(*this, serial);
    made->stream().end = planned.ended;
    result.connection = std::move(made);
    result.failed_addresses = std::move(planned.failed_addresses);
    result.peer = std::move(planned.peer);
    co_return result;
}

void scripted_transport::answer(std::string const& task_id, reply with)
{
    answers_[task_id].push_back(std::move(with));
}

reply scripted_transport::decide(seen_request const& request)
{
    auto const known = answers_.find(request.task_id);
    if (known == answers_.end() || known->second.empty())
        return others_(request);
    auto with = std::move(known->second.front());
    known->second.pop_front();
    return with;
}

void scripted_transport::inject(std::string const& bytes)
{
    for (auto* each : open_)
        deliver(each->stream(), {.bytes = bytes});
}

void scripted_transport::close_all(reply::ending how)
{
    for (auto* each : open_)
        deliver(each->stream(), {.then = how});
}

std::size_t scripted_transport::requests_for(std::string const& task_id) const
{
    return static_cast<std::size_t>(
        std::count_if(requests_.begin(), requests_.end(), [&](auto const& seen) { return seen.task_id == task_id; }));
}

std::size_t scripted_transport::open_connections() const noexcept
{
    return open_.size();
}

}  // namespace batch_cancel::test
