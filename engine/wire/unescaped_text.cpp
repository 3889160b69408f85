#include "wire/unescaped_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <numeric>
#include <utility>

namespace batch_cancel::wire
{

namespace
{

/** A character, and how many characters its escape has; 0 if there is none. */
struct escape
{
    char letter = 0;
    std::size_t size = 0;
};

struct named_character
{
    std::string_view name{};
    char letter = 0;
};

// Those of visible ASCII that HTML has names for.
constexpr std::array<named_character, 35> named_characters{{
    {"excl", '!'},  {"quot", '"'},   {"num", '#'},   {"dollar", '$'}, {"percnt", '%'}, {"amp", '&'},    {"apos", '\''},
    {"lpar", '('},  {"rpar", ')'},   {"ast", '*'},   {"plus", '+'},   {"comma", ','},  {"period", '.'}, {"sol", '/'},
    {"colon", ':'}, {"semi", ';'},   {"lt", '<'},    {"equals", '='}, {"gt", '>'},     {"quest", '?'},  {"commat", '@'},
    {"lsqb", '['},  {"lbrack", '['}, {"bsol", '\\'}, {"rsqb", ']'},   {"rbrack", ']'}, {"Hat", '^'},    {"lowbar", '_'},
    {"grave", '`'}, {"lcub", '{'},   {"rcub", '}'},  {"lbrace", '{'}, {"rbrace", '}'}, {"verbar", '|'}, {"vert", '|'},
}};

constexpr std::size_t longest_entity = 6;

// Leading zeros included.
constexpr std::size_t most_digits = 8;

escape visible(unsigned value, std::size_t size) noexcept
{
    return value >= 0x20 && value < 0x7f ? escape{static_cast<char>(value), size} : escape{};
}

/** A number that begins at `from`, of `fewest` to `most` digits. */
escape number(std::string_view text, std::size_t from, int base, std::size_t fewest, std::size_t most) noexcept
{
    if (from > text.size())
        return {};
    auto const* const begin = text.data() + from;
    unsigned value = 0;
    auto const read = std::from_chars(begin, begin + std::min(most, text.size() - from), value, base);
    auto const digits = static_cast<std::size_t>(read.ptr - begin);
    return read.ec == std::errc{} && digits >= fewest ? visible(value, from + digits) : escape{};
}

escape four_digits(std::string_view text, std::size_t from) noexcept
{
    return number(text, from, 16, 4, 4);
}

escape two_digits(std::string_view text, std::size_t from) noexcept
{
    return number(text, from, 16, 2, 2);
}

bool is_at(std::string_view text, std::size_t at, char letter) noexcept
{
    return at < text.size() && text[at] == letter;
}

// Browsers do without the semicolon.
escape html_number(std::string_view text) noexcept
{
    bool const is_hex = is_at(text, 2, 'x') || is_at(text, 2, 'X');
    auto found = is_hex ? number(text, 3, 16, 1, most_digits) : number(text, 2, 10, 1, most_digits);
    if (found.size != 0 && is_at(text, found.size, ';'))
        ++found.size;
    return found;
}

escape html_name(std::string_view text) noexcept
{
    auto const end = text.substr(0, longest_entity + 2).find(';');
    if (end == std::string_view::npos)
        return {};
    auto const name = text.substr(1, end - 1);
    auto const known = std::find_if(named_characters.begin(), named_characters.end(),
                                    [name](named_character const& each) { return each.name == name; });
    return known != named_characters.end() ? escape{known->letter, end + 1} : escape{};
}

escape after_backslash(std::string_view text) noexcept
{
    auto const kind = text.size() > 1 ? text[1] : '\0';
    if (kind == 'x')
        return two_digits(text, 2);
    if (kind == 'u' && is_at(text, 2, '{'))
    {
        auto found = number(text, 3, 16, 1, most_digits);
        return is_at(text, found.size, '}') ? escape{found.letter, found.size + 1} : escape{};
    }
    if (kind == 'u')
        return four_digits(text, 2);
    if (kind >= '0' && kind <= '7')
        return number(text, 1, 8, 3, 3);
    bool const is_sign = std::string_view("\"'/\\").find(kind) != std::string_view::npos;
    return is_sign ? escape{kind, 2} : escape{};
}

/** The escape that a text begins with. */
escape first_escape(std::string_view text) noexcept
{
    switch (text.front())
    {
    case '&':
        return is_at(text, 1, '#') ? html_number(text) : html_name(text);
    case '%':
        return is_at(text, 1, 'u') || is_at(text, 1, 'U') ? four_digits(text, 2) : two_digits(text, 1);
    case '\\':
        return after_backslash(text);
    default:
        return {};
    }
}

// Vectors of g++ and clang: 16 characters that are compared at once, and what came of that.
using block [[gnu::vector_size(16)]] = signed char;
using halves [[gnu::vector_size(16)]] = long long;

halves marks_in(char const* at) noexcept
{
    block letters;
    std::memcpy(&letters, at, sizeof letters);
    return reinterpret_cast<halves>((letters == '&') | (letters == '%') | (letters == '\\'));
}

}  // namespace

// Every text of every answer comes by here. The last block may overlap the one before it.
bool may_have_escapes(std::string_view text) noexcept
{
    constexpr auto step = sizeof(block);
    if (text.size() < step)
        return std::any_of(text.begin(), text.end(),
                           [](char letter) { return letter == '&' || letter == '%' || letter == '\\'; });
    auto marks = marks_in(text.data() + text.size() - step);
    for (std::size_t at = 0; at + step <= text.size(); at += step)
        marks |= marks_in(text.data() + at);
    return (marks[0] | marks[1]) != 0;
}

unescaped_text::unescaped_text(std::string_view source)
    : text_(source)
    , places_(source.size() + 1)
{
    std::iota(places_.begin(), places_.end(), std::size_t{0});
}

bool unescaped_text::unescape()
{
    std::string_view const all = text_;
    wiped_string text;
    text.reserve(all.size());
    std::vector<std::size_t> places;
    places.reserve(places_.size());
    for (std::size_t at = 0; at != all.size();)
    {
        auto const found = first_escape(all.substr(at));
        places.push_back(places_[at]);
        text += found.size != 0 ? found.letter : all[at];
        at += found.size != 0 ? found.size : 1;
    }
    places.push_back(places_.back());
    bool const is_shorter = text.size() != all.size();
    text_ = std::move(text);
    places_ = std::move(places);
    return is_shorter;
}

}  // namespace batch_cancel::wire
