#include "cli/input/ids.hpp"

#include "cli/input/characters.hpp"
#include "pairs/guid.hpp"

namespace batch_cancel::cli
{

namespace
{

constexpr bool is_control(char32_t code_point) noexcept
{
    return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0);
}

constexpr bool is_hex_digit(char32_t letter) noexcept
{
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') || (letter >= 'A' && letter <= 'F');
}

constexpr bool is_other_letter(char32_t letter) noexcept
{
    return (letter >= 'g' && letter <= 'z') || (letter >= 'G' && letter <= 'Z');
}

// Hyphens, and what word processors make of them.
constexpr bool is_dash(char32_t letter) noexcept
{
    return letter == '-' || (letter >= 0x2010 && letter <= 0x2015) || letter == 0x2212;
}

std::string named(id_kind kind, std::string_view what_is_wrong)
{
    return std::string{kind == id_kind::job ? "the job id" : "the task id"}.append(what_is_wrong);
}

// Of the characters of an id: controls, and what nobody can see.
std::string character_fault(id_kind kind, std::string_view id)
{
    while (!id.empty())
    {
        auto const next = first_character(id);
        id.remove_prefix(next.size);
        if (is_control(next.code_point))
            return named(kind, " contains a control character, ") + code_point_name(next.code_point);
        if (next.code_point != ' ' && is_unseen(next.code_point))
            return named(kind, " contains a character that cannot be seen, ") + code_point_name(next.code_point) +
                   (kind == id_kind::job ? "; remove it, or give the job's GUID" : "; remove it");
    }
    return {};
}

}  // namespace

bool is_guid(std::string_view text) noexcept
{
    return pairs::is_guid(text);
}

bool is_nearly_guid(std::string_view text) noexcept
{
    std::size_t digits = 0;
    std::size_t mistyped = 0;
    std::size_t dashes = 0;
    for (auto rest = text; !rest.empty();)
    {
        auto const next = first_character(rest);
        rest.remove_prefix(next.size);
        if (is_hex_digit(next.code_point))
            ++digits;
        else if (is_other_letter(next.code_point))
            ++mistyped;
        else if (is_dash(next.code_point))
            ++dashes;
        else
            return false;
    }
    auto const length = digits + mistyped;
    bool const is_grouped = dashes >= 3 && dashes <= 6 && length >= 16 && length <= 44;
    bool const is_run_together = dashes <= 2 && length >= 28 && length <= 36;
    return (is_grouped || is_run_together) && mistyped <= 4 && !is_guid(text);
}

std::string_view unwrapped(std::string_view text) noexcept
{
    for (;;)
    {
        text = without_unseen_ends(text);
        if (text.size() < 3 || !text.starts_with("=\"") || !text.ends_with('"'))
            return text;
        text = text.substr(2, text.size() - 3);
    }
}

std::string_view clean_id(std::string_view text) noexcept
{
    text = unwrapped(text);
    if (!text.starts_with('{') || !text.ends_with('}'))
        return text;
    auto const inside = without_unseen_ends(text.substr(1, text.size() - 2));
    return is_guid(inside) ? inside : text;
}

std::string id_fault(id_kind kind, std::string_view id)
{
    if (is_guid(id))
        return {};
    if (id.empty())
        return kind == id_kind::job ? "no job id" : "no task id";
    if (id.size() > longest_id)
        return named(kind, " is longer than 256 bytes");
    if (id == "." || id == "..")
        return named(kind, " is \".\" or \"..\", which no id can be");
    if (auto fault = character_fault(kind, id); !fault.empty())
        return fault;
    if (id.starts_with("=\""))
        return named(kind, " begins with =\" and does not end with \"");
    if (kind == id_kind::task && id.find('@') != std::string_view::npos)
        return "the task id is a user principal name; give the user's object id in the target tenant";
    return {};
}

}  // namespace batch_cancel::cli
