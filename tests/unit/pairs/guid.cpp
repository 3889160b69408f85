#include "pairs/guid.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

using batch_cancel::pairs::guid;

// What is no GUID for one of them is none for the other.
static std::optional<guid> parse_guid(std::string_view text)
{
    auto const parsed = batch_cancel::pairs::parse_guid(text);
    CHECK(batch_cancel::pairs::is_guid(text) == parsed.has_value());
    return parsed;
}

TEST_SUITE("guid")
{
    TEST_CASE("guid: its digits in order, of either case")
    {
        guid const expected{0xadd14989aaaabbbb, 0xcccc0123456789ab};
        CHECK(parse_guid("add14989-aaaa-bbbb-cccc-0123456789ab") == expected);
        CHECK(parse_guid("ADD14989-AAAA-bbbb-CCCC-0123456789AB") == expected);
        CHECK(parse_guid("00000000-0000-0000-0000-000000000000") == guid{});
        CHECK(parse_guid("ffffffff-ffff-ffff-ffff-ffffffffffff") == guid{~std::uint64_t{0}, ~std::uint64_t{0}});
    }

    TEST_CASE("guid: every digit counts, and in its own place")
    {
        std::string const zeros = "00000000-0000-0000-0000-000000000000";
        for (std::size_t at = 0, digit = 0; at != zeros.size(); ++at)
        {
            if (zeros[at] == '-')
                continue;
            auto text = zeros;
            text[at] = '8';
            guid expected{};
            expected[digit / 16] = std::uint64_t{8} << (60 - digit % 16 * 4);
            CHECK(parse_guid(text) == expected);
            ++digit;
        }
    }

    TEST_CASE("guid: any other byte in any place makes it none")
    {
        std::string const good = "add14989-aaaa-bbbb-cccc-0123456789ab";
        for (std::size_t at = 0; at != good.size(); ++at)
        {
            for (char const wrong : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xff'})
            {
                auto text = good;
                text[at] = wrong;
                CHECK_FALSE(parse_guid(text));
            }
            auto text = good;
            text[at] = good[at] == '-' ? '0' : '-';
            CHECK_FALSE(parse_guid(text));
        }
        for (std::string const other : {"", "add14989", "{dd14989-aaaa-bbbb-cccc-0123456789a}",
                                        "add14989-aaaa-bbbb-cccc-0123456789a", "add14989-aaaa-bbbb-cccc-0123456789abc"})
            CHECK_FALSE(parse_guid(other));
    }
}
