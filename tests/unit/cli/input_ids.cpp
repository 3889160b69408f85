#include "cli/input/ids.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace batch_cancel::cli;

TEST_SUITE("input_ids")
{
    TEST_CASE("ids: a GUID has its hyphens in place and hexadecimal digits of either case")
    {
        CHECK(is_guid("add14989-aaaa-bbbb-cccc-0123456789ab"));
        CHECK(is_guid("ADD14989-AAAA-BBBB-CCCC-0123456789AB"));
        CHECK_FALSE(is_guid("add14989-aaaa-bbbb-cccc-0123456789a"));
        CHECK_FALSE(is_guid("{dd14989-aaaa-bbbb-cccc-0123456789a}"));
        CHECK_FALSE(is_guid("add14989-aaaa-bbbb-cccc-0123456789ag"));
        CHECK_FALSE(is_guid("add14989aaaaa-bbbb-cccc-0123456789ab"));
        CHECK_FALSE(is_guid("add14989-aaaa-bbbb-cccc--123456789ab"));
    }

    TEST_CASE("ids: a job id may be a display name with any printable character")
    {
        CHECK(job_id_fault("Wave 7: \xc3\x84rzte/Nord?") == "");
        CHECK(job_id_fault("a@b") == "");
        CHECK(job_id_fault("...") == "");
    }

    TEST_CASE("ids: what cannot be one path segment is no id")
    {
        CHECK(job_id_fault("") != "");
        CHECK(task_id_fault("") != "");
        for (auto const* const dots : {".", ".."})
        {
            CHECK(job_id_fault(dots) != "");
            CHECK(task_id_fault(dots) != "");
        }
        CHECK(job_id_fault(std::string(256, 'x')) == "");
        CHECK(job_id_fault(std::string(257, 'x')) != "");
        CHECK(task_id_fault(std::string(257, 'x')) != "");
    }

    TEST_CASE("ids: no control character is taken, be it of ASCII or of the C1 set")
    {
        for (char byte = 1; byte != 0x20; ++byte)
            CHECK(job_id_fault(std::string{"a"} + byte) != "");
        CHECK(task_id_fault("a\x7f") != "");
        CHECK(task_id_fault("a\xc2\x9b"
                            "b") != "");
        CHECK(task_id_fault("a\xc2\xa0"
                            "b") == "");
    }

    TEST_CASE("ids: a user name is no task id")
    {
        CHECK(task_id_fault("anna@contoso.com").find("object id") != std::string_view::npos);
    }
}
