#include "cli/input/line_text.hpp"

#include <simdjson.h>

namespace batch_cancel::cli
{

bool has(std::string_view text, char byte) noexcept
{
    return text.find(byte) != std::string_view::npos;
}

std::string_view text_fault(std::string_view text) noexcept
{
    if (has(text, '\0'))
        return "the line has a NUL byte in it";
    if (!simdjson::validate_utf8(text.data(), text.size()))
        return "the line is no valid UTF-8";
    return {};
}

}  // namespace batch_cancel::cli
