#include "wire/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

namespace wire = batch_cancel::wire;

TEST_SUITE("utf8")
{
    TEST_CASE("utf8_sequence_length: agrees with the strict validator on every start of a sequence")
    {
        for (unsigned lead = 0; lead < 256; ++lead)
        {
            for (unsigned second = 0; second < 256; ++second)
            {
                std::string const text{static_cast<char>(lead), static_cast<char>(second), '\x80', '\x80'};
                auto const length = wire::utf8_sequence_length(text);
                bool valid = false;
                for (std::size_t n = 1; n <= 4; ++n)
                    valid = valid || (wire::is_utf8(text.substr(0, n)) && n == length);
                CHECK_MESSAGE(valid == (length != 0), lead << " " << second);
            }
        }
    }

    TEST_CASE("assign_utf8: cuts between characters and replaces what is no UTF-8")
    {
        std::string out = "before";
        wire::assign_utf8(out, "abc", 2);
        CHECK(out == "ab");
        wire::assign_utf8(out, "a\xc3\xa4", 2);
        CHECK(out == "a");
        wire::assign_utf8(out, "a\xff", 10);
        CHECK(out == "a\xef\xbf\xbd");
        wire::assign_utf8(out, "", 10);
        CHECK(out.empty());
    }
}
