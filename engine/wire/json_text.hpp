#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace batch_cancel::wire
{

/** Append `text` as a JSON string, quotes included.

    What a terminal would obey is escaped: control characters (C0, DEL and C1), line separators, and characters that turn the
    direction of writing. A reader of the JSON gets the text as it was. Bytes that are not UTF-8 become U+FFFD, one by one, so
    that a line written with this can always be read again. */
void append_json_string(std::string& out, std::string_view text);

/** The most bytes that a text of `size` takes as a JSON string. */
constexpr std::size_t most_json(std::size_t size) noexcept
{
    return 6 * size + 2;
}

/** Write `text` as append_json_string does, to where there is room for most_json(text.size()) bytes.
    @return The end of what was written. */
char* put_json_string(char* to, std::string_view text) noexcept;

/** Writes one JSON object to the end of a string that the caller keeps, so that a line costs no allocation once the
    string has grown. Made for journal lines, where a tree of values for each would cost more than the exchange's own
    work; documents that are written once use a JSON library. */
class json_object_writer
{
public:
    explicit json_object_writer(std::string& out)
        : out_(out)
    {
        out_ += '{';
    }

    json_object_writer(json_object_writer const&) = delete;
    json_object_writer& operator=(json_object_writer const&) = delete;

    void string(std::string_view name, std::string_view value)
    {
        key(name);
        append_json_string(out_, value);
    }

    /** Write null for an empty text. */
    void string_or_null(std::string_view name, std::string_view value)
    {
        key(name);
        if (value.empty())
            out_ += "null";
        else
            append_json_string(out_, value);
    }

    void boolean(std::string_view name, bool value)
    {
        key(name);
        out_ += value ? "true" : "false";
    }

    template <std::integral Integer>
    void integer(std::string_view name, Integer value)
    {
        key(name);
        char digits[24];
        auto const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        out_.append(digits, end);
    }

    /** Write a number with at most `decimals` digits after the point. */
    void number(std::string_view name, double value, int decimals);

    void null(std::string_view name)
    {
        key(name);
        out_ += "null";
    }

    /** Write a member whose value is JSON already. */
    void raw(std::string_view name, std::string_view json)
    {
        key(name);
        out_ += json;
    }

    /** Close the object. Nothing may be written after it. */
    void end()
    {
        out_ += '}';
    }

private:
    // Names are ours: letters, digits, underscores.
    void key(std::string_view name)
    {
        if (!first_)
            out_ += ',';
        first_ = false;
        out_ += '"';
        out_ += name;
        out_ += "\":";
    }

    std::string& out_;
    bool first_{true};
};

}  // namespace batch_cancel::wire
