#include "simulator/identity.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace simulator = batch_cancel::simulator;
using simulator::identity;

namespace
{

std::string text(simulator::guid const& id)
{
    return std::string(simulator::view(simulator::to_text(id)));
}

std::string upper_case(std::string text)
{
    for (char& c : text)
    {
        if (c >= 'a' && c <= 'f')
            c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

}  // namespace

TEST_SUITE("identity")
{
    TEST_CASE("guid: what was written is read again, in either case, and other texts are not")
    {
        simulator::guid const id{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe};
        CHECK(text(id) == "01234567-89ab-cdef-1032-547698badcfe");
        CHECK(simulator::parse_guid("01234567-89ab-cdef-1032-547698badcfe") == id);
        CHECK(simulator::parse_guid("01234567-89AB-CDEF-1032-547698BADCFE") == id);
        for (auto const* const wrong :
             {"", "01234567-89ab-cdef-1032-547698badcf", "01234567-89ab-cdef-1032-547698badcfg",
              "01234567089ab-cdef-1032-547698badcfe", "{1234567-89ab-cdef-1032-547698badcfe"})
            CHECK(!simulator::parse_guid(wrong));
    }

    TEST_CASE("identity: its own ids are recognised in either case, and are all different")
    {
        identity const ids(7, 20, 30, identity::strangers::refused);
        std::set<std::string> seen;
        for (std::size_t job = 0; job < 20; ++job)
        {
            auto const job_id = text(ids.job_id(job));
            CHECK(ids.find_job(job_id) == job);
            CHECK(ids.find_job(upper_case(job_id)) == job);
            seen.insert(job_id);
            for (std::size_t task = 0; task < 30; ++task)
            {
                auto const task_id = text(ids.task_id(job, task));
                CHECK(ids.find_task(job, task_id) == task);
                CHECK(!ids.find_task((job + 1) % 20, task_id));
                seen.insert(task_id);
            }
        }
        CHECK(seen.size() == 20 + 20 * 30);
    }

    TEST_CASE("identity: ids of another seed, beyond the end or of the other sort are unknown")
    {
        identity const ids(7, 20, 30, identity::strangers::refused);
        identity const others(8, 20, 30, identity::strangers::refused);
        CHECK(!ids.find_job(text(others.job_id(0))));
        CHECK(!ids.find_task(0, text(others.task_id(0, 0))));
        CHECK(!ids.find_job(text(ids.job_id(20))));
        CHECK(!ids.find_task(0, text(ids.task_id(0, 30))));
        CHECK(!ids.find_job(text(ids.task_id(0, 0))));
        CHECK(!ids.find_task(0, text(ids.job_id(0))));
        CHECK(!ids.find_job(""));
    }

    TEST_CASE("identity: jobs have names, which are found in any case")
    {
        identity const ids(7, 1200, 1, identity::strangers::refused);
        CHECK(identity::job_name(0) == "Wave 001");
        CHECK(identity::job_name(1199) == "Wave 1200");
        CHECK(ids.find_job("Wave 001") == 0);
        CHECK(ids.find_job("wAVE 1200") == 1199);
        for (auto const* const wrong :
             {"Wave", "Wave ", "Wave 1", "Wave 000", "Wave 0001", "Wave 1201", "Wave 001 ", "Wave -01"})
            CHECK(!ids.find_job(wrong));
    }

    TEST_CASE("identity: strangers that are welcome keep one key, whatever the case of their id")
    {
        identity const ids(7, 2, 2, identity::strangers::welcome);
        auto const job = ids.find_job("01234567-89ab-cdef-1032-547698badcfe");
        REQUIRE(job);
        CHECK(!simulator::is_own(*job));
        CHECK(ids.find_job("01234567-89AB-CDEF-1032-547698BADCFE") == job);
        CHECK(ids.find_job(text(ids.job_id(*job))) == job);
        CHECK(ids.find_job("Some batch") == ids.find_job("some BATCH"));
        CHECK(ids.find_job("Some batch") != ids.find_job("Some batch 2"));
        CHECK(ids.find_task(*job, "any") == ids.find_task(*job, "ANY"));
        CHECK(ids.find_job(text(ids.job_id(1))) == 1);
    }

    TEST_CASE("identity: the key of a pair depends on both of its ids and on the seed")
    {
        identity const ids(7, 2, 2, identity::strangers::refused);
        identity const others(8, 2, 2, identity::strangers::refused);
        std::set<std::uint64_t> const keys{ids.pair_key(0, 1), ids.pair_key(1, 0), ids.pair_key(0, 0),
                                           others.pair_key(0, 1)};
        CHECK(keys.size() == 4);
    }
}
