// The JSON of a cancel response and of a Graph error.
#include "wire/answer_body.hpp"

#include "fuzz/fuzzed_input.hpp"
#include "wire/json_text.hpp"
#include "wire/utf8.hpp"

#include <string>

using namespace batch_cancel;
using fuzz::expect;

namespace
{

void check_texts(wire::answer_texts const& texts)
{
    for (auto const* const text : {&texts.service_status, &texts.message, &texts.error_code, &texts.request_id})
    {
        expect(text->size() <= wire::longest_kept_text, "no text of a service is kept beyond its bound");
        expect(wire::is_utf8(*text), "every text of a service is UTF-8");
    }
}

bool are_equal(wire::answer_texts const& left, wire::answer_texts const& right)
{
    return left.service_status == right.service_status && left.message == right.message &&
           left.error_code == right.error_code && left.request_id == right.request_id;
}

std::string kept(std::string_view text)
{
    std::string out;
    wire::assign_utf8(out, text, wire::longest_kept_text);
    return out;
}

void check_any(wire::answer_reader& used, std::string_view content)
{
    std::string body(content);
    wire::answer_texts texts;
    used.read(body, texts);
    expect(body == content, "a body stays as it is");
    check_texts(texts);

    // A reader that has had another body before.
    static wire::answer_reader other;
    wire::answer_texts again{.service_status = "old", .message = "old", .error_code = "old", .request_id = "old"};
    std::string before = "{\"error\":{\"code\":\"old\"}}";
    other.read(before, again);
    other.read(body, again);
    expect(are_equal(texts, again), "nothing of one body is left for the next");
}

// The texts come back from documents of the form that Microsoft shows.
void check_documents(wire::answer_reader& reader, fuzz::fuzzed_input& input)
{
    // What is written is UTF-8: bytes that are not have been replaced, and are then kept as any other.
    auto const wanted = [&input]
    {
        std::string whole;
        auto const text = input.next_text();
        wire::assign_utf8(whole, text, text.size() * 3);
        return whole;
    };
    auto const first = wanted();
    auto const second = wanted();
    auto const third = wanted();
    wire::answer_texts texts;
    std::string body;
    {
        wire::json_object_writer object(body);
        object.string("status", first);
        object.string("message", second);
        object.end();
    }
    reader.read(body, texts);
    expect(texts.service_status == kept(first) && texts.message == kept(second), "a cancel response is read");

    body = "{\"error\":{\"code\":";
    wire::append_json_string(body, first);
    body += ",\"message\":";
    wire::append_json_string(body, second);
    body += ",\"innerError\":{\"request-id\":";
    wire::append_json_string(body, third);
    body += "}}}";
    reader.read(body, texts);
    expect(texts.error_code == kept(first) && texts.message == kept(second) && texts.request_id == kept(third),
           "a Graph error is read");
    expect(texts.service_status.empty(), "an error is no cancel response");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static wire::answer_reader reader;
    fuzz::fuzzed_input input(data, size);
    if (input.choice(2) == 1)
        check_documents(reader, input);
    else
        check_any(reader, input.content());
    return 0;
}
