#include "wire/answer_body.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace batch_cancel::wire;

namespace
{

answer_texts read(std::string body)
{
    answer_reader reader;
    answer_texts texts;
    texts.message = "left over from the answer before";
    reader.read(body, texts);
    return texts;
}

}  // namespace

TEST_SUITE("answer_body")
{
    TEST_CASE("answer_reader: the cancel response, with members that nobody knows")
    {
        auto const texts =
            read(R"({"@odata.context":"x","id":"1","status":"Accepted","message":"was accepted.","new":[{}]})");
        CHECK(texts.service_status == "Accepted");
        CHECK(texts.message == "was accepted.");
        CHECK(texts.error_code.empty());
    }

    TEST_CASE("answer_reader: a Graph error with its inner errors")
    {
        auto const texts =
            read(R"({"error":{"code":"TooManyRequests","innerError":{"code":"429","date":"2020-08-18T12:51:51",)"
                 R"("message":"Please retry after","request-id":"94fb3b52","status":"429"},)"
                 R"("message":"Please retry again later."}})");
        CHECK(texts.error_code == "TooManyRequests");
        CHECK(texts.message == "Please retry again later.");
        CHECK(texts.request_id == "94fb3b52");
        CHECK(texts.service_status.empty());
    }

    TEST_CASE("answer_reader: an empty code or message is taken from the innermost error that has one")
    {
        auto const texts = read(R"({"error":{"code":"","message":"","innererror":{"code":"outer","innerError":)"
                                R"({"code":"innermost","message":"deep"}}}})");
        CHECK(texts.error_code == "innermost");
        CHECK(texts.message == "deep");
    }

    TEST_CASE("answer_reader: what is no JSON is a message, and nothing is nothing")
    {
        CHECK(read("").message.empty());
        CHECK(read("\r\n <html>Length Required</html>\n").message == "<html>Length Required</html>");
        CHECK(read("\"text\"").message == "\"text\"");
        CHECK(read("{\"status\":\"Accepted\",").service_status.empty());
    }

    TEST_CASE("answer_reader: broken JSON gives nothing that stands before the fault (reliability F9)")
    {
        for (auto const* broken : {R"({"status":"Accepted","x":tru})", R"({"status":"Accepted","x":01})",
                                   R"({"status":"Accepted",})", R"({"status":"Accepted" "x":1})"})
            CHECK_MESSAGE(read(broken).service_status.empty(), broken);
    }

    TEST_CASE("answer_reader: members of other types are no texts")
    {
        auto const texts = read(R"({"status":5,"message":{"a":1}})");
        CHECK(texts.service_status.empty());
        CHECK(texts.message.empty());
        CHECK(read(R"({"error":"text","status":"x"})").service_status == "x");
        CHECK(read(R"({"error":{"code":7,"message":null,"innerError":[]}})").error_code.empty());
    }

    TEST_CASE("answer_reader: 100,000 nested arrays are no JSON that is read")
    {
        auto const texts = read(std::string(100'000, '['));
        CHECK(texts.service_status.empty());
        CHECK(texts.message.size() == longest_kept_text);
    }

    TEST_CASE("names_unknown_segment: Graph's text, and no other")
    {
        CHECK(names_unknown_segment("Resource not found for the segment 'migrations'."));
        CHECK(names_unknown_segment("Resource not found for the segment."));
        CHECK_FALSE(names_unknown_segment("UserRequest not found with batch segment"));
        CHECK_FALSE(names_unknown_segment(""));
    }

    TEST_CASE("answer_reader: long texts are cut between characters; NUL and duplicates do no harm")
    {
        std::string umlauts;
        for (int i = 0; i < 2000; ++i)
            umlauts += "\xc3\xa4";
        auto const texts = read("{\"message\":\"a" + umlauts + "\",\"status\":\"one\\u0000\",\"status\":\"two\"}");
        CHECK(texts.message.size() == longest_kept_text - 1);
        CHECK(texts.service_status == std::string("one\0", 4));
    }

    TEST_CASE("answer_reader: one reader reads a large body and then a small one")
    {
        answer_reader reader;
        answer_texts texts;
        std::string large = "{\"message\":\"" + std::string(900'000, 'x') + "\"}";
        reader.read(large, texts);
        CHECK(texts.message.size() == longest_kept_text);
        std::string small = R"({"status":"Accepted"})";
        reader.read(small, texts);
        CHECK(texts.service_status == "Accepted");
        CHECK(texts.message.empty());
    }
}
