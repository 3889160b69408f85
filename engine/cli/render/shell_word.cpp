#include "cli/render/shell_word.hpp"

#include "cli/render/visible_text.hpp"

namespace batch_cancel::cli
{

namespace
{

constexpr std::string_view plain_in_shell = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:,@%";

void append_octal(std::string& to, char letter)
{
    auto const byte = static_cast<unsigned char>(letter);
    to += '\\';
    for (int shift = 6; shift >= 0; shift -= 3)
        to += static_cast<char>('0' + (byte >> shift & 7));
}

// Only ASCII stays as it is. Octal, since \x takes as many digits as there are in some shells.
std::string escaped_word(std::string_view text)
{
    std::string out{"$'"};
    for (char const letter : text)
    {
        if (letter < ' ' || letter > '~')
            append_octal(out, letter);
        else if (letter == '\'' || letter == '\\')
            out.append(1, '\\').append(1, letter);
        else
            out += letter;
    }
    return out + "'";
}

std::string quoted_word(std::string_view text)
{
    std::string out{"'"};
    for (char const letter : text)
        out += letter == '\'' ? std::string{"'\\''"} : std::string(1, letter);
    return out + "'";
}

}  // namespace

std::string shell_word(std::string_view text)
{
    if (!text.empty() && text.find_first_not_of(plain_in_shell) == std::string_view::npos)
        return std::string{text};
    return visible_text(text) == text ? quoted_word(text) : escaped_word(text);
}

std::string shell_path(std::string const& path)
{
    return shell_word(path.starts_with('-') ? "./" + path : path);
}

}  // namespace batch_cancel::cli
