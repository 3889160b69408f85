#include "wire/json_text.hpp"

#include <doctest/doctest.h>

#include <simdjson.h>

#include <limits>
#include <string>

using batch_cancel::wire::append_json_string;
using batch_cancel::wire::json_object_writer;

namespace
{

std::string as_json(std::string_view text)
{
    std::string out;
    append_json_string(out, text);
    return out;
}

}  // namespace

TEST_SUITE("json_text")
{
    TEST_CASE("append_json_string: plain text and UTF-8 pass, quotes and controls are escaped")
    {
        CHECK(as_json("") == R"("")");
        CHECK(as_json("Ärger \xf0\x9f\x98\x80") == "\"Ärger \xf0\x9f\x98\x80\"");
        CHECK(as_json("a\"b\\c") == R"("a\"b\\c")");
        CHECK(as_json("line\r\n\ttab") == R"("line\r\n\ttab")");
        CHECK(as_json(std::string_view("\0\x1b\x7f", 3)) == R"("\u0000\u001b\u007f")");
    }

    TEST_CASE("append_json_string: what a terminal would obey is escaped, and reads back as it was")
    {
        CHECK(as_json("\xc2\x80\xc2\x9f\xc2\xa0") == "\"\\u0080\\u009f\xc2\xa0\"");
        CHECK(as_json("a\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f") == R"("a\u061c\u200e\u200f")");
        CHECK(as_json("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xe2\x80\xae") == R"("\u2028\u2029\u202a\u202e")");
        CHECK(as_json("\xe2\x81\xa6\xe2\x81\xa9") == R"("\u2066\u2069")");
        auto const disrupts = [](unsigned code)
        {
            return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x61c || code == 0x200e || code == 0x200f ||
                   (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
        };
        simdjson::dom::parser parser;
        for (unsigned code = 0; code < 0x10000; code += code == 0xd7ff ? 0x801 : 1)
        {
            std::string text;
            if (code < 0x80)
                text += static_cast<char>(code);
            else if (code < 0x800)
                text += {static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 0x3f))};
            else
                text += {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f)),
                         static_cast<char>(0x80 | (code & 0x3f))};
            auto const json = as_json(text);
            std::string_view read;
            REQUIRE(parser.parse(json).get(read) == simdjson::SUCCESS);
            REQUIRE(read == text);
            bool const is_escaped = json.find(text) == std::string::npos;
            if (code != '"' && code != '\\')
                REQUIRE(is_escaped == disrupts(code));
        }
    }

    TEST_CASE("append_json_string: bytes that are no UTF-8 become U+FFFD one by one")
    {
        CHECK(as_json("a\xff"
                      "b") == "\"a\xef\xbf\xbd"
                              "b\"");
        CHECK(as_json("\xed\xa0\x80") == "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");  // a surrogate
        CHECK(as_json("\xc3") == "\"\xef\xbf\xbd\"");                                  // cut short
    }

    TEST_CASE("append_json_string: every byte, in every neighbourhood, reads back as valid JSON")
    {
        simdjson::dom::parser parser;
        for (int first = 0; first < 256; ++first)
        {
            for (int second = 0; second < 256; ++second)
            {
                // Long enough for the look at eight bytes at once, with the two anywhere in them.
                auto const before = static_cast<std::size_t>(first * 7 + second) % 11;
                auto const text = std::string(before, 'x') + static_cast<char>(first) + static_cast<char>(second) +
                                  std::string(19 - before, 'y');
                simdjson::dom::element parsed;
                auto const error = parser.parse(as_json(text)).get(parsed);
                bool const parsed_well = error == simdjson::SUCCESS;
                REQUIRE(parsed_well);
            }
        }
    }

    TEST_CASE("append_json_string: a byte is written alike in a short text and anywhere in a long one")
    {
        for (int code = 0; code < 256; ++code)
        {
            std::string const byte(1, static_cast<char>(code));
            auto const alone = as_json(byte);
            auto const inside = alone.substr(1, alone.size() - 2);
            for (std::size_t before = 0; before != 40; ++before)
            {
                std::string const left(before, 'x');
                std::string const right(39 - before, 'y');
                CHECK(as_json(left + byte + right) == '"' + left + inside + right + '"');
            }
        }
    }

    TEST_CASE("json_object_writer: members in the order of their calls, nothing where nothing is")
    {
        std::string out = "kept ";
        json_object_writer object(out);
        object.string("type", "result");
        object.string_or_null("reason", "");
        object.boolean("ambiguous", true);
        object.integer("attempts", 2u);
        object.number("latency_ms", 41.70, 3);
        object.number("whole", 120.0, 3);
        object.number("endless", std::numeric_limits<double>::infinity(), 3);
        object.raw("list", "[1,2]");
        object.null("nothing");
        object.end();
        CHECK(out == R"(kept {"type":"result","reason":null,"ambiguous":true,"attempts":2,"latency_ms":41.7,)"
                     R"("whole":120,"endless":null,"list":[1,2],"nothing":null})");
    }
}
