#include "net/address_race.hpp"

#include "support/dead_address.hpp"
#include "support/virtual_clock.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>

#include <exception>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace
{

// An address of loopback where the system accepts connections.
struct live_address
{
    live_address(asio::io_context& context, char const* text)
        : acceptor(context, {asio::ip::make_address(text), 0})
    {
    }

    tcp::endpoint address() const
    {
        return acceptor.local_endpoint();
    }

    tcp::acceptor acceptor;
};

// An address where nobody listens.
tcp::endpoint closed_address(asio::io_context& context, char const* text)
{
    live_address const gone(context, text);
    return gone.address();
}

std::size_t open_descriptors()
{
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

struct race_fixture
{
    void start(std::vector<tcp::endpoint> addresses, std::chrono::milliseconds limit = 10s)
    {
        auto racing = net::race(context.get_executor(), std::move(addresses), time, time.now() + limit);
        asio::co_spawn(context, std::move(racing),
                       asio::bind_cancellation_slot(cancellation.slot(),
                                                    [this](std::exception_ptr error, net::race_result got)
                                                    {
                                                        CHECK_FALSE(error);
                                                        result.emplace(std::move(got));
                                                    }));
        settle_down();
    }

    // Until only time could change anything.
    void settle_down()
    {
        context.restart();
        while (context.run_for(20ms) != 0)
            context.restart();
    }

    void advance(std::chrono::milliseconds by)
    {
        time.move_to(time.now() + by);
        settle_down();
    }

    asio::io_context context{1};
    virtual_clock time{context.get_executor()};
    asio::cancellation_signal cancellation;
    std::optional<net::race_result> result;
};

}  // namespace

TEST_SUITE("address_race")
{
    TEST_CASE("address_race: the first address is used if it accepts, and no other is tried")
    {
        race_fixture fix;
        live_address first(fix.context, "127.0.0.1");
        live_address second(fix.context, "127.0.0.2");
        fix.start({first.address(), second.address()});
        REQUIRE(fix.result);
        REQUIRE(fix.result->socket);
        CHECK(fix.result->socket->remote_endpoint() == first.address());
        CHECK(fix.result->address == first.address());
        CHECK(fix.result->failed.empty());
        second.acceptor.non_blocking(true);
        boost::system::error_code nobody;
        second.acceptor.accept(nobody);
        CHECK(nobody == asio::error::would_block);
    }

    TEST_CASE("address_race: a refused address lets the next one start at once")
    {
        race_fixture fix;
        live_address good(fix.context, "127.0.0.1");
        auto const refused = closed_address(fix.context, "127.0.0.2");
        fix.start({refused, good.address()});
        REQUIRE(fix.result);
        CHECK(fix.result->address == good.address());
        REQUIRE(fix.result->failed.size() == 1);
        CHECK(fix.result->failed[0].address == refused);
        CHECK(fix.result->failed[0].error == asio::error::connection_refused);
    }

    TEST_CASE("address_race: a silent address has 250 ms to itself, and is then overtaken and closed")
    {
        race_fixture fix;
        dead_address const dead(fix.context, "127.0.0.2");
        live_address good(fix.context, "127.0.0.1");
        auto const before = open_descriptors();
        fix.start({dead.address(), good.address()});
        fix.advance(249ms);
        CHECK_FALSE(fix.result);
        fix.advance(1ms);
        REQUIRE(fix.result);
        CHECK(fix.result->address == good.address());
        REQUIRE(fix.result->failed.size() == 1);
        CHECK(fix.result->failed[0].address == dead.address());
        CHECK(fix.result->failed[0].error == asio::error::timed_out);
        CHECK(open_descriptors() == before + 1);
        CHECK(fix.time.waiting() == 0);
        fix.result.reset();
        CHECK(open_descriptors() == before);
    }

    TEST_CASE("address_race: silent and refused addresses in any order lead to the one that works")
    {
        race_fixture fix;
        dead_address const dead(fix.context, "127.0.0.2");
        dead_address const other(fix.context, "127.0.0.3");
        live_address good(fix.context, "127.0.0.1");
        auto const refused = closed_address(fix.context, "127.0.0.4");
        fix.start({dead.address(), refused, other.address(), good.address()});
        fix.advance(250ms);  // starts `refused`, and `other` as soon as that has failed
        CHECK_FALSE(fix.result);
        fix.advance(249ms);
        CHECK_FALSE(fix.result);
        fix.advance(1ms);
        REQUIRE(fix.result);
        CHECK(fix.result->address == good.address());
        REQUIRE(fix.result->failed.size() == 3);
        CHECK(fix.result->failed[0].address == refused);
        CHECK(fix.result->failed[1].address == dead.address());
        CHECK(fix.result->failed[2].address == other.address());
    }

    TEST_CASE("address_race: all addresses together have the time limit")
    {
        race_fixture fix;
        dead_address const one(fix.context, "127.0.0.2");
        dead_address const two(fix.context, "127.0.0.3");
        auto const before = open_descriptors();
        fix.start({one.address(), two.address()}, 1000ms);
        fix.advance(250ms);
        fix.advance(749ms);
        CHECK_FALSE(fix.result);
        fix.advance(1ms);
        REQUIRE(fix.result);
        CHECK_FALSE(fix.result->socket);
        CHECK_FALSE(fix.result->is_cancelled);
        REQUIRE(fix.result->failed.size() == 2);
        CHECK(fix.result->failed[1].error == asio::error::timed_out);
        CHECK(open_descriptors() == before);
        CHECK(fix.time.waiting() == 0);
    }

    TEST_CASE("address_race: with no time left nothing is tried")
    {
        race_fixture fix;
        live_address good(fix.context, "127.0.0.1");
        fix.start({good.address()}, 0ms);
        REQUIRE(fix.result);
        CHECK_FALSE(fix.result->socket);
        CHECK(fix.result->failed.empty());
    }

    TEST_CASE("address_race: cancelling it closes all sockets and waits for nothing")
    {
        race_fixture fix;
        dead_address const one(fix.context, "127.0.0.2");
        dead_address const two(fix.context, "127.0.0.3");
        auto const before = open_descriptors();
        fix.start({one.address(), two.address()});
        fix.advance(250ms);
        CHECK(open_descriptors() == before + 2);
        fix.cancellation.emit(asio::cancellation_type::terminal);
        fix.settle_down();
        REQUIRE(fix.result);
        CHECK(fix.result->is_cancelled);
        CHECK_FALSE(fix.result->socket);
        CHECK(open_descriptors() == before);
        CHECK(fix.time.waiting() == 0);
        CHECK(fix.context.stopped());
    }

    TEST_CASE("address_race: a context that is destroyed in the middle of it leaves nothing open")
    {
        auto const before = open_descriptors();
        {
            asio::io_context context{1};
            dead_address const one(context, "127.0.0.2");
            auto const used = open_descriptors();
            auto racing = net::race(context.get_executor(), {one.address(), one.address()}, real_clock(),
                                    real_clock().now() + 1h);
            asio::co_spawn(context, std::move(racing),
                           [](std::exception_ptr, net::race_result const&) { FAIL_CHECK("ended"); });
            context.poll();
            CHECK(open_descriptors() > used);
        }
        CHECK(open_descriptors() == before);
    }

    TEST_CASE("address_race: IPv6 that leads nowhere does not hold up IPv4")
    {
        asio::io_context probe;
        boost::system::error_code no_ipv6;
        tcp::acceptor any(probe);
        any.open(tcp::v6(), no_ipv6);
        if (!no_ipv6)
            any.bind({asio::ip::make_address("::1"), 0}, no_ipv6);
        if (no_ipv6)
        {
            MESSAGE("no IPv6 on this machine");
            return;
        }
        race_fixture fix;
        dead_address const dead(fix.context, "::1");
        live_address good(fix.context, "127.0.0.1");
        fix.start({dead.address(), good.address()});
        fix.advance(250ms);
        REQUIRE(fix.result);
        CHECK(fix.result->address == good.address());
    }
}
