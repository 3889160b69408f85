#include "recording_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

recording_server::recording_server()
{
    auto const fail = [](char const* what) { throw std::system_error{errno, std::generic_category(), what}; };
    std::array<int, 2> both{};
    if (::pipe2(both.data(), O_CLOEXEC) != 0)
        fail("pipe2");
    stop_read_ = both[0];
    stop_write_ = both[1];
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listening_ < 0 || ::bind(listening_, generic, size) != 0 || ::listen(listening_, 16) != 0 ||
        ::getsockname(listening_, generic, &size) != 0)
        fail("listen");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
}

recording_server::~recording_server()
{
    stop();
    ::close(listening_);
    ::close(stop_read_);
}

std::string recording_server::endpoint() const
{
    return "http://127.0.0.1:" + std::to_string(port_);
}

std::string recording_server::stop()
{
    if (thread_.joinable())
    {
        ::close(stop_write_);
        thread_.join();
    }
    return arrived_;
}

void recording_server::serve()
{
    for (;;)
    {
        std::array<pollfd, 2> ends{
            {{.fd = listening_, .events = POLLIN, .revents = 0}, {.fd = stop_read_, .events = POLLIN, .revents = 0}}};
        if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR)
            return;
        if ((ends[0].revents & POLLIN) != 0)
        {
            if (auto const connection = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC); connection >= 0)
            {
                ++connections_;
                answer(connection);
                ::close(connection);
            }
        }
        else if (ends[1].revents != 0)
            return;
    }
}

void recording_server::answer(int connection)
{
    constexpr std::string_view accepted = "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    timeval const longest{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    std::array<char, 4096> block{};
    auto const begin = arrived_.size();
    while (arrived_.find("\r\n\r\n", begin) == std::string::npos)
    {
        auto const count = ::recv(connection, block.data(), block.size(), 0);
        if (count <= 0)
            return;
        arrived_.append(block.data(), static_cast<std::size_t>(count));
    }
    static_cast<void>(::send(connection, accepted.data(), accepted.size(), MSG_NOSIGNAL));
}
