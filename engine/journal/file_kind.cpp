#include "journal/file_kind.hpp"

#include <algorithm>
#include <array>

namespace batch_cancel::journal_format
{

namespace
{

using namespace std::string_view_literals;

struct magic
{
    std::string_view bytes;
    std::string_view what;
    std::string_view remedy;
};

constexpr std::string_view decompress = "decompress it first";
constexpr std::string_view as_utf_8 = "save it as UTF-8 without a byte order mark";

constexpr std::array<magic, 10> magics{{
    {"\x1f\x8b"sv, "compressed with gzip", decompress},
    {"\x28\xb5\x2f\xfd"sv, "compressed with zstd", decompress},
    {"\xfd"
     "7zXZ\0"sv,
     "compressed with xz", decompress},
    {"BZh"sv, "compressed with bzip2", decompress},
    {"PK\x03\x04"sv, "a zip archive or a spreadsheet", "give the journal itself"},
    {"%PDF"sv, "a PDF", "give the journal itself"},
    {"\xff\xfe"sv, "text in UTF-16", as_utf_8},
    {"\xfe\xff"sv, "text in UTF-16", as_utf_8},
    {"\xef\xbb\xbf"sv, "text with a byte order mark", as_utf_8},
    {"<"sv, "HTML or XML", "give the journal itself"},
}};

std::string is_not_a_journal(std::string_view what, std::string_view remedy)
{
    return "this is not a journal but " + std::string{what} + "; " + std::string{remedy};
}

bool has_separators(std::string_view start)
{
    return start.substr(0, start.find('\n')).find_first_of(",;\t") != std::string_view::npos;
}

bool is_binary(std::string_view start)
{
    return std::any_of(start.begin(), start.end(),
                       [](char byte)
                       { return byte >= 0 && byte < ' ' && "\t\r\n\f"sv.find(byte) == std::string_view::npos; });
}

}  // namespace

std::string other_kind(std::string_view start)
{
    constexpr std::string_view first_of_a_record = R"({"type":)";
    if (start.starts_with(first_of_a_record) || first_of_a_record.starts_with(start))
        return {};
    for (auto const& each : magics)
        if (start.starts_with(each.bytes))
            return is_not_a_journal(each.what, each.remedy);
    if (is_binary(start))
        return is_not_a_journal("binary data", "give the journal itself");
    if (start.front() == '{' || start.front() == '[')
        return is_not_a_journal("other JSON, a report or an input perhaps", "give the journal that the run named");
    if (has_separators(start))
        return is_not_a_journal("a table like CSV, an input or a report perhaps",
                                "give the journal that the run named");
    return is_not_a_journal("other text", "give the journal that the run named");
}

}  // namespace batch_cancel::journal_format
