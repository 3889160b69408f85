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
        CHECK(id_fault(id_kind::job, "Wave 7: \xc3\x84rzte/Nord?") == "");
        CHECK(id_fault(id_kind::job, "a@b") == "");
        CHECK(id_fault(id_kind::job, "...") == "");
    }

    TEST_CASE("ids: what cannot be one path segment is no id")
    {
        CHECK(id_fault(id_kind::job, "") != "");
        CHECK(id_fault(id_kind::task, "") != "");
        for (auto const* const dots : {".", ".."})
        {
            CHECK(id_fault(id_kind::job, dots) != "");
            CHECK(id_fault(id_kind::task, dots) != "");
        }
        CHECK(id_fault(id_kind::job, std::string(256, 'x')) == "");
        CHECK(id_fault(id_kind::job, std::string(257, 'x')) != "");
        CHECK(id_fault(id_kind::task, std::string(257, 'x')) != "");
    }

    TEST_CASE("ids: no control character is taken, be it of ASCII or of the C1 set")
    {
        for (char byte = 1; byte != 0x20; ++byte)
            CHECK(id_fault(id_kind::job, std::string{"a"} + byte) != "");
        CHECK(id_fault(id_kind::task, "a\x7f") != "");
        CHECK(id_fault(id_kind::task, "a\xc2\x9b"
                                      "b") != "");
    }

    TEST_CASE("ids: a user name is no task id")
    {
        CHECK(id_fault(id_kind::task, "anna@contoso.com").find("object id") != std::string::npos);
    }
}
