#include "cli/input/input_error.hpp"
#include "cli/input/line_text.hpp"
#include "cli/input/pair_reader.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

// What the bytes of a file are.

namespace batch_cancel::cli
{

namespace
{

using namespace std::string_view_literals;

struct other_kind
{
    std::string_view start;
    std::string_view what;
};

constexpr std::array other_kinds{
    other_kind{"PK\x03\x04"sv, "is an archive or a spreadsheet workbook, not text; save the sheet as CSV UTF-8"sv},
    other_kind{"\xd0\xcf\x11\xe0"sv, "is a spreadsheet workbook, not text; save the sheet as CSV UTF-8"sv},
    other_kind{"\x1f\x8b"sv, "is compressed; uncompress it with gunzip"sv},
    other_kind{"\x28\xb5\x2f\xfd"sv, "is compressed; uncompress it with unzstd"sv},
    other_kind{"\xff\xfe\0\0"sv, "is UTF-32; save it as UTF-8"sv},
    other_kind{"\0\0\xfe\xff"sv, "is UTF-32; save it as UTF-8"sv},
};

bool is_plain_ascii(std::string_view text) noexcept
{
    return std::all_of(text.begin(), text.end(), [](char byte) { return byte > 0; });
}

// How UTF-16 without a byte order mark begins, as it does with letters of Latin.
std::optional<other_encoding> utf_16_by_its_zeros(std::string_view start) noexcept
{
    if (start.size() < 4 || (start[0] == '\0') != (start[2] == '\0') || (start[1] == '\0') != (start[3] == '\0') ||
        (start[0] == '\0') == (start[1] == '\0'))
        return std::nullopt;
    return start[0] == '\0' ? other_encoding::utf_16_big_endian : other_encoding::utf_16_little_endian;
}

}  // namespace

bool pair_reader::pass_start()
{
    auto const start = window_.rest().substr(0, 4);
    if (start.size() < 4 && !window_.finished())
        return false;
    started_ = true;
    for (auto const& kind : other_kinds)
        if (start.starts_with(kind.start))
            throw input_error{name_ + ": this " + std::string{kind.what}};
    if (auto const encoding = encoding_by(start); encoding)
        decode_as(*encoding);
    return true;
}

// A byte order mark counts for more than what was asked for, since one of several files may have it.
std::optional<other_encoding> pair_reader::encoding_by(std::string_view start) const
{
    if (start.starts_with("\xef\xbb\xbf"))
        return std::nullopt;
    if (start.starts_with("\xff\xfe"))
        return other_encoding::utf_16_little_endian;
    if (start.starts_with("\xfe\xff"))
        return other_encoding::utf_16_big_endian;
    auto const by_zeros = utf_16_by_its_zeros(start);
    if (rules_.encoding != input_encoding::utf_16)
    {
        if (by_zeros)
            throw input_error{name_ + ": this is UTF-16 without a byte order mark; give --encoding utf-16"};
        if (rules_.encoding == input_encoding::windows_1252)
            return other_encoding::windows_1252;
        return std::nullopt;
    }
    if (start.size() == 4 && is_plain_ascii(start))
        throw input_error{name_ + ": this is not UTF-16, which --encoding says"};
    return by_zeros.value_or(other_encoding::utf_16_little_endian);
}

// What is in the window has come before it was known how to decode it.
void pair_reader::decode_as(other_encoding encoding)
{
    std::string const bytes{window_.rest()};
    window_.drop_rest();
    decoder_.emplace(encoding);
    decoder_->decode(bytes, window_);
    if (window_.finished())
        decoder_->finish(window_);
}

// Why a line cannot be read as text; empty if it can.
std::string_view pair_reader::line_fault(std::string_view line) const
{
    bool const is_text = is_utf8_text(line);
    if (!is_text && !decoder_ && rules_.encoding != input_encoding::utf_8)
        refuse_encoding(line);
    if (!is_text)
        return decoder_ ? decoder_->fault() : "the line is not valid UTF-8";
    return has(line, '\0') ? "the line contains a NUL byte" : std::string_view{};
}

// Rejecting only such lines would leave out just those users whose names have an accent.
void pair_reader::refuse_encoding(std::string_view line) const
{
    auto const at = find_no_utf8(line);
    auto const before = line.substr(0, at);
    auto const line_start = before.find_last_of("\r\n") + 1;  // npos + 1 is 0
    std::array<char, 8> byte{};
    std::snprintf(byte.data(), byte.size(), "0x%02X", static_cast<unsigned char>(line[at]));
    throw encoding_error{name_ + ":" + std::to_string(window_.line_number() + count_line_ends(before)) +
                         ": the line is not UTF-8: byte " + std::to_string(at - line_start + 1) + " is " + byte.data() +
                         "; if the file was saved as ANSI, or by Excel as plain CSV, give --encoding windows-1252"};
}

}  // namespace batch_cancel::cli
