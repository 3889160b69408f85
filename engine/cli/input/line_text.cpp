#include "cli/input/line_text.hpp"

#include "cli/input/characters.hpp"
#include "wire/utf8.hpp"

#include <simdjson.h>

#include <algorithm>

namespace batch_cancel::cli
{

namespace
{

constexpr bool is_letter_or_digit(char byte) noexcept
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

}  // namespace

bool has(std::string_view text, char byte) noexcept
{
    return text.find(byte) != std::string_view::npos;
}

bool is_utf8_text(std::string_view text) noexcept
{
    return simdjson::validate_utf8(text.data(), text.size());
}

std::size_t find_no_utf8(std::string_view text) noexcept
{
    std::size_t at = 0;
    while (at != text.size())
    {
        auto const size = wire::utf8_sequence_length(text.substr(at));
        if (size == 0)
            break;
        at += size;
    }
    return at;
}

std::uint64_t count_line_ends(std::string_view text) noexcept
{
    std::uint64_t count = 0;
    for (std::size_t i = 0; i != text.size(); ++i)
    {
        bool const is_first_of_two = text[i] == '\r' && i + 1 != text.size() && text[i + 1] == '\n';
        count += text[i] == '\n' || (text[i] == '\r' && !is_first_of_two) ? 1 : 0;
    }
    return count;
}

bool is_only(std::string_view line, std::string_view separators) noexcept
{
    while (!line.empty())
    {
        auto const next = first_character(line);
        bool const is_separator = next.size == 1 && has(separators, line.front());
        if (!is_separator && !is_unseen(next.code_point))
            return false;
        line.remove_prefix(next.size);
    }
    return true;
}

char separator_line(std::string_view line) noexcept
{
    if (line.size() > 2 && line.starts_with('"') && line.ends_with('"'))
        line = line.substr(1, line.size() - 2);
    bool const is_one = line.size() == 5 && (line.starts_with("sep=") || line.starts_with("SEP="));
    bool const can_separate = is_one && (line[4] == '\t' || (line[4] > ' ' && line[4] < 0x7f)) && line[4] != '"' &&
                              !is_letter_or_digit(line[4]);
    return can_separate ? line[4] : '\0';
}

bool is_quoted_type_line(std::string_view line) noexcept
{
    return line.starts_with("\"#TYPE ") && line.ends_with('"') && std::count(line.begin(), line.end(), '"') == 2;
}

std::string shortened(std::string_view text)
{
    constexpr std::size_t most_shown = 80;
    std::string shown;
    wire::assign_utf8(shown, text, most_shown);
    return shown.size() < text.size() ? shown + "..." : shown;
}

}  // namespace batch_cancel::cli
