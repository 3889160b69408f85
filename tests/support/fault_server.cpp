#include "support/fault_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace batch_cancel::test
{

namespace asio = boost::asio;

namespace
{

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

// Kept small, so that what the server could send tells what the client has taken.
constexpr int send_buffer = 64 * 1024;

std::string between(std::string const& bytes, std::string_view before, std::string_view after)
{
    auto const from = bytes.find(before);
    if (from == std::string::npos)
        return {};
    auto const start = from + before.size();
    return bytes.substr(start, bytes.find(after, start) - start);
}

// Waits until the client's side of TCP has all that was said. The loop is short: on loopback it has it at once, nearly always.
asio::awaitable<void> arrival(asio::ip::tcp::socket& socket)
{
    int unacknowledged = 1;
    while (unacknowledged > 0 && ::ioctl(socket.native_handle(), SIOCOUTQ, &unacknowledged) == 0)
        co_await asio::post(asio::use_awaitable);
}

}  // namespace

std::string echo_of(std::string const& job_id, std::string const& task_id)
{
    return "echo " + job_id + '/' + task_id;
}

fault_reply take_it(asked_request const& request)
{
    auto const body =
        R"({"status":"Accepted","message":")" + echo_of(request.job_id, request.task_id) + std::string("\"}");
    fault_reply result;
    result.bytes =
        "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    return result;
}

fault_server::fault_server(identity const& shown, std::function<void(SSL_CTX*)> prepare)
    : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0))
{
    add_identity(shown, std::move(prepare));
}

fault_server::~fault_server()
{
    context_.stop();
    if (thread_.joinable())
        thread_.join();
}

std::size_t fault_server::add_identity(identity const& shown, std::function<void(SSL_CTX*)> prepare)
{
    auto& context = identities_.emplace_back(asio::ssl::context::tls_server);
    auto* const native = context.native_handle();
    SSL_CTX_set_security_level(native, 0);  // a server may be worse than we would let ourselves be
    SSL_CTX_use_certificate(native, shown.certificate.get());
    SSL_CTX_use_PrivateKey(native, shown.key.get());
    SSL_CTX_set_session_id_context(native, reinterpret_cast<unsigned char const*>("test"), 4);
    prepare(native);
    return identities_.size() - 1;
}

void fault_server::start()
{
    asio::co_spawn(context_, accept(), [this](std::exception_ptr failed) { keep_failure(failed); });
    thread_ = std::thread([this] { context_.run(); });
}

void fault_server::stop()
{
    context_.stop();
    if (thread_.joinable())
        thread_.join();
    if (failed_)
        std::rethrow_exception(std::exchange(failed_, {}));
}

void fault_server::keep_failure(std::exception_ptr failed)
{
    if (failed && !failed_)
        failed_ = failed;
}

std::size_t fault_server::requests_for(std::string const& task_id) const
{
    return static_cast<std::size_t>(
        std::count_if(requests_.begin(), requests_.end(), [&](auto const& seen) { return seen.task_id == task_id; }));
}

std::size_t fault_server::most_sent() const noexcept
{
    return sent_.empty() ? 0 : *std::max_element(sent_.begin(), sent_.end());
}

asio::awaitable<void> fault_server::accept()
{
    for (;;)
    {
        auto [error, socket] = co_await acceptor_.async_accept(quietly);
        if (error)
            co_return;
        auto const serial = sent_.size();
        sent_.push_back(0);
        ++open_;
        asio::co_spawn(context_, attend(std::move(socket), serial),
                       [this](std::exception_ptr failed)
                       {
                           --open_;
                           keep_failure(failed);
                       });
    }
}

asio::awaitable<void> fault_server::attend(tcp::socket socket, std::size_t serial)
{
    auto greeting = welcome_(serial);
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::send_buffer_size(send_buffer), ignored);
    switch (greeting.how)
    {
    case welcome::manner::tls:
        co_await talk(std::move(socket), serial, std::move(greeting));
        break;
    case welcome::manner::stall:
    case welcome::manner::hang_up:
        co_await refuse_tls(std::move(socket), serial, std::move(greeting));
        break;
    case welcome::manner::reset:
        socket.set_option(asio::socket_base::linger(true, 0), ignored);
        socket.close(ignored);
        break;
    }
}

asio::awaitable<void> fault_server::refuse_tls(tcp::socket socket, std::size_t serial, welcome greeting)
{
    std::array<char, 4096> buffer;
    auto const [error, count] = co_await socket.async_read_some(asio::buffer(buffer), quietly);
    bool const heard = !error && count > 0;
    bool const said = co_await say(socket, greeting.bytes, 0, serial);
    if (!heard || !said || greeting.how == welcome::manner::hang_up)
        co_return;
    for (bool is_there = true; is_there;)
    {
        auto const [ended, more] = co_await socket.async_read_some(asio::buffer(buffer), quietly);
        is_there = !ended && more > 0;
    }
}

asio::awaitable<void> fault_server::talk(tcp::socket socket, std::size_t serial, welcome greeting)
{
    tls_stream stream(std::move(socket), identities_[greeting.identity]);
    auto const [refused] = co_await stream.async_handshake(asio::ssl::stream_base::server, quietly);
    if (refused)
        co_return;
    ++handshakes_;
    bool goes_on = co_await say(stream, greeting.bytes, 0, serial);
    if (goes_on && greeting.when_said)
    {
        co_await arrival(stream.next_layer());
        greeting.when_said();
    }
    std::string pending;
    std::array<char, 4096> buffer;
    while (goes_on)
    {
        auto const end = pending.find("\r\n\r\n");
        if (end == std::string::npos)
        {
            auto const [error, count] = co_await stream.async_read_some(asio::buffer(buffer), quietly);
            if (error)
                co_return;
            pending.append(buffer.data(), count);
            continue;
        }
        auto reply = decide(pending.substr(0, end + 4), serial);
        pending.erase(0, end + 4);
        goes_on = co_await carry_out(stream, std::move(reply), serial);
    }
}

fault_reply fault_server::decide(std::string bytes, std::size_t serial)
{
    asked_request asked;
    asked.job_id = between(bytes, "/crossTenantMigrationJobs/", "/");
    asked.task_id = between(bytes, "/users/", "/");
    asked.token = between(bytes, "Authorization: Bearer ", "\r\n");
    asked.bytes = std::move(bytes);
    asked.connection = serial;
    for (auto const& earlier : requests_)
    {
        asked.earlier_for_task += earlier.task_id == asked.task_id ? 1u : 0u;
        asked.earlier_on_connection += earlier.connection == serial ? 1u : 0u;
    }
    requests_.push_back(asked);
    fault_reply reply;
    auto const known = answers_.find(asked.task_id);
    if (known == answers_.end() || known->second.empty())
        reply = others_(asked);
    else
    {
        reply = std::move(known->second.front());
        known->second.pop_front();
    }
    if (reply.applied)
        applied_.insert(asked.task_id);
    return reply;
}

// True if the connection is there for another request.
asio::awaitable<bool> fault_server::carry_out(tls_stream& stream, fault_reply reply, std::size_t serial)
{
    bool is_there = co_await say(stream, reply.bytes, reply.piece, serial);
    while (is_there && !reply.flood.empty() && sent_[serial] < reply.most_sent)
        is_there = co_await say(stream, reply.flood, 0, serial);
    if (is_there && !reply.afterthought.empty())
        is_there = co_await say(stream, reply.afterthought, 0, serial);
    if (is_there && !reply.bytes.empty())
        ++answers_said_;
    if (is_there)
        is_there = co_await update_keys(stream, reply.key_updates);
    if (is_there && reply.when_said)
    {
        co_await arrival(stream.next_layer());
        reply.when_said();
    }
    if (is_there)
        is_there = co_await update_keys(stream, reply.more_key_updates);
    if (!is_there || reply.then == fault_reply::ending::keep)
        co_return is_there;
    bool const goes_on = co_await end(stream, reply.then);
    co_return goes_on;
}

// Many at once, so that making them costs the server less than taking them in costs the client.
asio::awaitable<bool> fault_server::update_keys(tls_stream& stream, std::size_t count)
{
    constexpr std::size_t at_once = 500;  // what fits into the buffer between TLS and the socket
    auto* const ssl = stream.native_handle();
    for (std::size_t sent = 0; sent < count;)
    {
        auto const batch = std::min(at_once, count - sent);
        for (std::size_t i = 1; i < batch; ++i)
        {
            SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
            SSL_do_handshake(ssl);
        }
        SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
        auto const [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, quietly);
        if (error)
            co_return false;
        sent += batch;
        key_updates_sent_ += batch;
    }
    co_return true;
}

asio::awaitable<bool> fault_server::end(tls_stream& stream, fault_reply::ending how)
{
    auto& socket = stream.next_layer();
    boost::system::error_code ignored;
    switch (how)
    {
    case fault_reply::ending::keep:
        co_return true;
    case fault_reply::ending::close:
    {
        // Ends when the client has gone too; TCP must not end under what it still has to read.
        auto const [parted] = co_await stream.async_shutdown(quietly);
        ignored = parted;
        break;
    }
    case fault_reply::ending::half_close:
        socket.shutdown(tcp::socket::shutdown_send, ignored);
        co_return true;
    case fault_reply::ending::reset:
        socket.set_option(asio::socket_base::linger(true, 0), ignored);
        break;
    case fault_reply::ending::close_rudely:
        break;
    }
    socket.close(ignored);
    co_return false;
}

// True if all was taken by the operating system.
template <class Stream>
asio::awaitable<bool> fault_server::say(Stream& stream, std::string const& bytes, std::size_t piece, std::size_t serial)
{
    for (std::size_t said = 0; said < bytes.size();)
    {
        auto const count = piece == 0 ? bytes.size() - said : std::min(piece, bytes.size() - said);
        auto const [error, written] =
            co_await asio::async_write(stream, asio::buffer(bytes.data() + said, count), quietly);
        sent_[serial] += written;
        if (error)
            co_return false;
        said += count;
    }
    co_return true;
}

}  // namespace batch_cancel::test
