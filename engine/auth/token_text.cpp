#include <batch_cancel/token_text.hpp>

#include "auth/file_start.hpp"
#include "wire/request_template.hpp"
#include "wire/wiped_string.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

namespace batch_cancel
{

namespace dom = simdjson::dom;
using wall_time = std::chrono::system_clock::time_point;

namespace
{

// A token in UTF-16 with JSON around it is shorter.
constexpr std::size_t longest_text = 4 * longest_token;

constexpr std::string_view blanks{" \t\r\n\0", 5};

// What a JSON web token begins with: the base64 text of {" is that.
constexpr std::string_view jwt_sign = "eyJ";

std::string_view trimmed(std::string_view text)
{
    auto const first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with_word(std::string_view text, std::string_view lower_case)
{
    return text.size() >= lower_case.size() && std::equal(lower_case.begin(), lower_case.end(), text.begin(),
                                                          [](char expected, char c) { return expected == lower(c); });
}

token_reading fault(std::string what)
{
    token_reading none;
    none.fault = std::move(what);
    return none;
}

token_reading unfinished(std::string what)
{
    auto none = fault(std::move(what));
    none.is_unfinished = true;
    return none;
}

enum class encoding
{
    bytes,
    utf16_little,
    utf16_big,
};

// By the byte order mark; without one, ASCII in UTF-16 has a zero in each second byte.
encoding encoding_of(std::string_view text)
{
    if (text.starts_with("\xff\xfe"))
        return encoding::utf16_little;
    if (text.starts_with("\xfe\xff"))
        return encoding::utf16_big;
    if (text.size() < 4)
        return encoding::bytes;
    if (text[0] != 0 && text[1] == 0 && text[2] != 0 && text[3] == 0)
        return encoding::utf16_little;
    if (text[0] == 0 && text[1] != 0 && text[2] == 0 && text[3] != 0)
        return encoding::utf16_big;
    return encoding::bytes;
}

// Nothing if a character is none of ASCII. Half a character at the end is left out.
std::optional<wire::wiped_string> ascii_of_utf16(std::string_view text, encoding by)
{
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        text.remove_prefix(2);
    wire::wiped_string ascii;
    ascii.reserve(text.size() / 2);
    for (std::size_t at = 0; at + 2 <= text.size(); at += 2)
    {
        char const high = text[by == encoding::utf16_little ? at + 1 : at];
        char const low = text[by == encoding::utf16_little ? at : at + 1];
        if (high != 0 || static_cast<unsigned char>(low) > 0x7e)
            return std::nullopt;
        ascii += low;
    }
    return ascii;
}

std::optional<wall_time> time_of(double seconds)
{
    constexpr double latest = 253'402'300'799;  // the end of the year 9999
    if (!(seconds > 0 && seconds <= latest))
        return std::nullopt;
    return wall_time{std::chrono::seconds{static_cast<std::int64_t>(seconds)}};
}

// `expires_on`: seconds since 1970, as a number or a text. What else JSON says of times is relative or in a local time.
std::optional<wall_time> expiry_of(dom::element value)
{
    double seconds = 0;
    if (value.get(seconds) == simdjson::SUCCESS)
        return time_of(seconds);
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS)
        return std::nullopt;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    return error == std::errc{} && end == text.data() + text.size() ? time_of(seconds) : std::nullopt;
}

struct json_token
{
    std::string_view text{};
    std::optional<wall_time> expires{};
    bool has_error = false;
    bool is_there = false;
};

json_token find_in(dom::object object)
{
    constexpr std::array<std::string_view, 3> names{"access_token", "accesstoken", "token"};
    json_token found;
    for (auto const [key, value] : object)
    {
        std::string name(key);
        std::transform(name.begin(), name.end(), name.begin(), lower);
        if (std::find(names.begin(), names.end(), name) != names.end())
            found.is_there = value.get(found.text) == simdjson::SUCCESS || found.is_there;
        else if (name == "expires_on")
            found.expires = expiry_of(value);
        else if (name == "error")
            found.has_error = true;
    }
    return found;
}

// The parser keeps copies of the texts, and there may be other secrets beside the token.
void wipe_texts(dom::element in)
{
    if (std::string_view text; in.get(text) == simdjson::SUCCESS && !text.empty())
        wire::wipe(const_cast<char*>(text.data()), text.size());
    if (dom::array array; in.get(array) == simdjson::SUCCESS)
    {
        for (auto const each : array)
            wipe_texts(each);
    }
    if (dom::object object; in.get(object) == simdjson::SUCCESS)
    {
        for (auto const [key, value] : object)
            wipe_texts(value);
    }
}

token_reading read_plain(std::string_view text);

token_reading read_json(std::string_view text)
{
    dom::parser parser;
    dom::object object;
    wire::wiped_string padded(text);
    padded.append(simdjson::SIMDJSON_PADDING, '\0');
    dom::element root;
    if (parser.parse(padded.data(), text.size(), false).get(root) != simdjson::SUCCESS)
        return text.ends_with('}') ? fault("holds JSON that cannot be read")
                                   : unfinished("holds the beginning of a JSON object");
    if (root.get(object) != simdjson::SUCCESS)
        return fault("holds a JSON list, not a token");
    auto const found = find_in(object);
    auto read = found.is_there    ? read_plain(found.text)
                : found.has_error ? fault("holds the error answer of a token endpoint, not a token")
                                  : fault("holds a JSON object without accessToken or access_token");
    if (!read.expires)
        read.expires = found.expires;
    wipe_texts(root);
    return read;
}

// What people put into a file in the place of a token.
std::string kind_of(std::string_view text)
{
    if (text.find("-----BEGIN") != std::string_view::npos)
        return text.find("PRIVATE KEY") != std::string_view::npos ? "holds a private key, not a token"
                                                                  : "holds a certificate or key, not a token";
    if (text.starts_with('<'))
        return "holds XML or HTML, not a token";
    if (text.find("=eyJ") != std::string_view::npos)
        return "holds the assignment of a variable, not the token alone";
    if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7e; }))
        return "holds characters that no token has";
    return "holds several words or lines, not one token";
}

std::string_view without_scheme(std::string_view text)
{
    for (std::string_view const prefix : {"authorization:", "bearer"})
    {
        bool const is_word =
            starts_with_word(text, prefix) && (text.size() == prefix.size() || prefix.ends_with(':') ||
                                               text[prefix.size()] == ' ' || text[prefix.size()] == '\t');
        if (is_word)
            text = trimmed(text.substr(prefix.size()));
    }
    return text;
}

// One token, perhaps in quotes and with the scheme before it.
token_reading read_plain(std::string_view text)
{
    text = trimmed(text);
    if (!text.empty() && (text.front() == '"' || text.front() == '\''))
    {
        if (text.size() == 1 || text.back() != text.front())
            return unfinished("holds the beginning of a text in quotes");
        text = trimmed(text.substr(1, text.size() - 2));
    }
    text = without_scheme(text);
    if (text.empty())
        return unfinished("is empty");
    if (text.size() > longest_token)
        return fault("holds more than 64 KiB, so it is no token");
    if (!wire::is_sendable_token(text) || text.starts_with('<') || text.starts_with("-----"))
        return fault(kind_of(text));
    auto const parts = std::count(text.begin(), text.end(), '.');
    if (text.starts_with(jwt_sign) && (parts < 2 || text.ends_with('.')))
        return unfinished("holds the beginning of a JSON web token");
    token_reading read;
    read.token = text;
    if (auto const claims = read_token_claims(text))
        read.expires = claims->expires;
    return read;
}

token_reading read_ascii(std::string_view text)
{
    text = trimmed(text);
    return text.starts_with('{') || text.starts_with('[') ? read_json(text) : read_plain(text);
}

}  // namespace

token_reading read_token(std::string_view text)
{
    if (text.size() > longest_text)
        return fault("holds more than 64 KiB, so it is no token");
    auto const by = encoding_of(text);
    if (by == encoding::bytes)
        return read_ascii(text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text);
    auto const ascii = ascii_of_utf16(text, by);
    return ascii ? read_ascii(*ascii) : fault("holds characters that no token has");
}

token_reading read_token_file(std::filesystem::path const& file)
{
    auto const content = auth::read_start_of_file(file, longest_text + 1);
    if (!content)
        throw std::system_error(errno, std::generic_category(), "cannot read the token file " + file.string());
    return read_token(*content);
}

}  // namespace batch_cancel
