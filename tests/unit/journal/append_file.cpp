#include "journal/append_file.hpp"

#include "unit/journal/journal_fixture.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <unistd.h>

using namespace batch_cancel;
using namespace batch_cancel::testing;
namespace format = batch_cancel::journal_format;

TEST_SUITE("append_file")
{
    TEST_CASE("append_file: only what has nothing to sync may refuse to be synced")
    {
        using format::synced_kind;
        CHECK(format::cannot_be_synced(EINVAL, synced_kind::stream));
        CHECK(format::cannot_be_synced(EINVAL, synced_kind::folder));
        CHECK_FALSE(format::cannot_be_synced(EINVAL, synced_kind::file));
        for (auto const what : {synced_kind::file, synced_kind::folder, synced_kind::stream})
        {
            for (int const error : {EROFS, EIO, ENOSPC, EDQUOT})
                CHECK_FALSE(format::cannot_be_synced(error, what));
        }
    }

    TEST_CASE("append_file: a pipe has nothing to sync, a file and its folder are synced")
    {
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        format::descriptor const from(ends[0]);
        format::descriptor const to(ends[1]);
        CHECK_FALSE(format::sync_data(to));
        folder const here;
        auto const file = format::create_locked(here / "run.jsonl");
        CHECK_FALSE(format::sync_data(file));
        CHECK_FALSE(format::sync_name(here / "run.jsonl"));
        CHECK(format::sync_data(format::descriptor{}).value() == EBADF);
    }
}
