#include "net/address_book.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using batch_cancel::net::address_book;
using namespace std::chrono_literals;

namespace
{

address_book::address at(char const* text)
{
    return {boost::asio::ip::make_address(text), 443};
}

std::vector<address_book::address> all(std::vector<char const*> const& texts)
{
    std::vector<address_book::address> addresses;
    for (auto const* const text : texts)
        addresses.push_back(at(text));
    return addresses;
}

std::string text_of(std::vector<address_book::address> const& addresses)
{
    std::string text;
    for (auto const& each : addresses)
        text += (text.empty() ? "" : " ") + each.address().to_string();
    return text;
}

address_book::time_point const start{1000h};

}  // namespace

TEST_SUITE("address_book")
{
    TEST_CASE("address_book: families in turn, the resolver's first one first; connections are spread over each")
    {
        auto const found = all({"2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2"});
        address_book book;
        CHECK(text_of(book.in_order(found, start)) == "2001:db8::1 192.0.2.1 2001:db8::2 192.0.2.2 2001:db8::3");
        CHECK(text_of(book.in_order(found, start)) == "2001:db8::2 192.0.2.2 2001:db8::3 192.0.2.1 2001:db8::1");
        CHECK(text_of(book.in_order(found, start)) == "2001:db8::3 192.0.2.1 2001:db8::1 192.0.2.2 2001:db8::2");
        CHECK(text_of(address_book{}.in_order(all({"192.0.2.1", "2001:db8::1"}), start)) == "192.0.2.1 2001:db8::1");
        CHECK(text_of(address_book{}.in_order(all({"192.0.2.1"}), start)) == "192.0.2.1");
        CHECK(address_book{}.in_order({}, start).empty());
    }

    TEST_CASE("address_book: a failed address goes last until its time is over, and longer after each failure")
    {
        auto const found = all({"2001:db8::1", "192.0.2.1"});
        address_book book;
        auto now = start;
        for (auto const hold : {60s, 120s, 240s, 480s, 600s, 600s})
        {
            CHECK(book.on_failure(at("2001:db8::1"), now) == hold);
            CHECK(text_of(book.in_order(found, now)) == "192.0.2.1 2001:db8::1");
            CHECK(text_of(book.in_order(found, now + hold - 1ms)) == "192.0.2.1 2001:db8::1");
            CHECK(text_of(book.in_order(found, now + hold)) == "2001:db8::1 192.0.2.1");
            now += hold;
        }
        book.on_success(at("2001:db8::1"));
        CHECK(book.on_failure(at("2001:db8::1"), now) == 60s);
    }

    TEST_CASE("address_book: failures of many connects at once count as one")
    {
        address_book book;
        for (int i = 0; i != 64; ++i)
            CHECK(book.on_failure(at("192.0.2.1"), start + 1s * (i % 2)) == 60s - 1s * (i % 2));
        CHECK(book.on_failure(at("192.0.2.1"), start + 60s) == 120s);
    }

    TEST_CASE("address_book: where all have failed, the earliest failure is tried first; success ends a hold")
    {
        auto const found = all({"192.0.2.1", "192.0.2.2", "192.0.2.3"});
        address_book book;
        book.on_failure(at("192.0.2.2"), start);
        book.on_failure(at("192.0.2.3"), start + 1s);
        book.on_failure(at("192.0.2.1"), start + 2s);
        CHECK(text_of(book.in_order(found, start + 3s)) == "192.0.2.2 192.0.2.3 192.0.2.1");
        book.on_success(at("192.0.2.1"));
        CHECK(text_of(book.in_order(found, start + 3s)) == "192.0.2.1 192.0.2.2 192.0.2.3");
    }

    TEST_CASE("address_book: another port is another address")
    {
        address_book book;
        book.on_failure({boost::asio::ip::make_address("192.0.2.1"), 80}, start);
        CHECK(text_of(book.in_order(all({"192.0.2.1", "192.0.2.2"}), start)) == "192.0.2.1 192.0.2.2");
    }

    TEST_CASE("address_book: names that move do not fill the memory")
    {
        address_book book;
        for (unsigned i = 0; i != 1000; ++i)
            book.on_failure({boost::asio::ip::address_v4(0xc0000200 + i), 443}, start + 1ms * i);
        CHECK(book.on_failure({boost::asio::ip::address_v4(0xc0000200 + 999), 443}, start + 60s) == 999ms);
        CHECK(book.on_failure({boost::asio::ip::address_v4(0xc0000200), 443}, start + 30s) == 60s);
    }
}
