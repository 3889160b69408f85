#include "pairs/pair_key.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace batch_cancel::pairs;

namespace
{

constexpr auto small_guid = "aaaaaaaa-0000-0000-0000-00000000000b";
constexpr auto large_guid = "AAAAAAAA-0000-0000-0000-00000000000B";

}  // namespace

TEST_SUITE("pair_key")
{
    TEST_CASE("pair_key: GUIDs are compared without case, names with it, on either side")
    {
        key_maker keys;
        CHECK(keys(small_guid, small_guid) == keys(large_guid, large_guid));
        CHECK(keys(small_guid, "t") == keys(large_guid, "t"));
        CHECK(keys("j", small_guid) == keys("j", large_guid));
        CHECK(keys("j", "t") == keys("j", "t"));
        CHECK_FALSE(keys("j", "t") == keys("J", "t"));
        CHECK_FALSE(keys("j", "t") == keys("j", "T"));
    }

    TEST_CASE("pair_key: nothing but the same pair has the same key")
    {
        key_maker keys;
        std::set<std::array<std::uint64_t, 4>> seen;
        std::string const names[] = {
            "", "j", "t", "jt", "j\0t", std::string(1, '\0'), "j\0t", small_guid, "ffffffff", std::string(8, '\xff')};
        std::set<std::string> const ids(std::begin(names), std::end(names));
        for (auto const& job : ids)
        {
            for (auto const& task : ids)
                CHECK(seen.insert(keys(job, task).words).second);
        }
        // A GUID's bits as a text are no GUID.
        auto const bits = keys(small_guid, small_guid);
        std::string const text(reinterpret_cast<char const*>(bits.words.data()), 16);
        CHECK_FALSE(keys(text, small_guid) == bits);
        CHECK_FALSE(keys(text, text) == bits);
    }

    TEST_CASE("pair_key: the hash of names, and the place of every key, differ from object to object")
    {
        key_maker one;
        key_maker other;
        CHECK_FALSE(one("j", "t") == other("j", "t"));
        CHECK(one(small_guid, small_guid) == other(small_guid, small_guid));
        CHECK(one.place_of(one(small_guid, small_guid)) != other.place_of(one(small_guid, small_guid)));
        CHECK(one.place_of(one("j", "t")) == one.place_of(one("j", "t")));
    }

    TEST_CASE("pair_key: a key is that of its job, whichever came before")
    {
        key_maker keys;
        auto const of_guid = keys(small_guid, small_guid);
        auto const of_name = keys("j", small_guid);
        auto const of_other = keys("bbbbbbbb-0000-0000-0000-00000000000b", small_guid);
        CHECK_FALSE(of_guid == of_other);
        CHECK(keys(large_guid, small_guid) == of_guid);
        CHECK(keys("j", small_guid) == of_name);
        CHECK(keys(small_guid, small_guid) == of_guid);
        CHECK_FALSE(keys("", small_guid) == of_guid);
    }

    TEST_CASE("pair_key: a maker that was moved makes the same keys")
    {
        key_maker keys;
        auto const before = keys("j", "t");
        auto moved = std::move(keys);
        CHECK(moved("j", "t") == before);
        CHECK(moved.place_of(before) == moved.place_of(moved("j", "t")));
    }
}
