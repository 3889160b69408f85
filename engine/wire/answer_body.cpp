#include "wire/answer_body.hpp"

#include "wire/utf8.hpp"

#include <simdjson.h>

#include <string_view>

namespace batch_cancel::wire
{

namespace dom = simdjson::dom;

namespace
{

constexpr std::size_t usual_body = 4 * 1024;
// Graph nests four deep; a body that nests deeper than this is not read.
constexpr std::size_t deepest_nesting = 16;

void take_text(dom::object object, std::string_view name, std::string& to)
{
    std::string_view text;
    if (object[name].get(text) == simdjson::SUCCESS)
        assign_utf8(to, text, longest_kept_text);
}

// The documentation writes innerError and innererror.
bool inner_error(dom::object outer, dom::object& inner)
{
    return outer["innerError"].get(inner) == simdjson::SUCCESS || outer["innererror"].get(inner) == simdjson::SUCCESS;
}

void take_error(dom::object error, answer_texts& texts)
{
    take_text(error, "code", texts.error_code);
    take_text(error, "message", texts.message);
    bool const has_code = !texts.error_code.empty();
    bool const has_message = !texts.message.empty();
    for (dom::object inner; inner_error(error, inner); error = inner)
    {
        take_text(inner, "request-id", texts.request_id);
        if (!has_code)
            take_text(inner, "code", texts.error_code);
        if (!has_message)
            take_text(inner, "message", texts.message);
    }
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    auto const first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

bool names_unknown_segment(std::string_view message) noexcept
{
    return message.find("Resource not found for the segment") != std::string_view::npos;
}

class answer_reader::parser : public dom::parser
{
};

answer_reader::answer_reader()
    : parser_(std::make_unique<parser>())
{
    // Failing here means no memory; the first parse would then say so.
    if (auto const error = parser_->allocate(usual_body, deepest_nesting))
        throw simdjson::simdjson_error(error);
}

answer_reader::~answer_reader() = default;

void answer_reader::read(std::string& body, answer_texts& texts)
{
    texts.service_status.clear();
    texts.message.clear();
    texts.error_code.clear();
    texts.request_id.clear();
    if (body.empty())
        return;
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    dom::object object;
    if (parser_->parse(body.data(), body.size(), false).get(object) != simdjson::SUCCESS)
    {
        assign_utf8(texts.message, trimmed(body), longest_kept_text);
        return;
    }
    dom::object error;
    if (object["error"].get(error) == simdjson::SUCCESS)
    {
        take_error(error, texts);
        return;
    }
    take_text(object, "status", texts.service_status);
    take_text(object, "message", texts.message);
}

}  // namespace batch_cancel::wire
