#include "wire/ids.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace batch_cancel::wire;

TEST_SUITE("ids")
{
    TEST_CASE("is_sendable_id: 1 to 256 bytes of UTF-8 without control characters, no dot segments")
    {
        CHECK(is_sendable_id("6a88de8d-7027-44c1-8674-03f826aa1704"));
        CHECK(is_sendable_id("Wave 7, Süd"));
        CHECK(is_sendable_id("..."));
        CHECK(is_sendable_id(std::string(256, 'x')));
        CHECK_FALSE(is_sendable_id(std::string(257, 'x')));
        CHECK_FALSE(is_sendable_id(""));
        CHECK_FALSE(is_sendable_id("."));
        CHECK_FALSE(is_sendable_id(".."));
        CHECK_FALSE(is_sendable_id("a\r\nb"));
        CHECK_FALSE(is_sendable_id(std::string("a\0b", 3)));
        CHECK_FALSE(is_sendable_id("a\x7f"));
        CHECK_FALSE(is_sendable_id("a\xc2\x85"));  // a C1 control
        CHECK_FALSE(is_sendable_id("a\xff"));
        CHECK(is_sendable_id("a\xc2\xa0"));  // beyond C1
    }

    TEST_CASE("append_path_segment: every byte but the unreserved ones is percent-encoded")
    {
        for (int c = 0; c < 256; ++c)
        {
            std::string out = "/";
            append_path_segment(out, std::string{static_cast<char>(c)});
            bool const unreserved =
                std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
                    .find(static_cast<char>(c)) != std::string_view::npos;
            CHECK(out.size() == (unreserved ? 2 : 4));
            CHECK((unreserved || out[1] == '%'));
        }
    }
}
