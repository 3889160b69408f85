#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace batch_cancel::fuzz
{

/** Stop, and say which promise is broken, unless it holds. */
inline void expect(bool holds, char const* promise)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", promise);
    std::abort();
}

/** The bytes that a target is given: a first line of control bytes, which say how to go about it, and the content behind it.
    Thus a seed is a text that can be written by hand. Without a line end among the first bytes all is content. */
class fuzzed_input
{
public:
    fuzzed_input(std::uint8_t const* data, std::size_t size)
        : content_(reinterpret_cast<char const*>(data), size)
    {
        auto const end = content_.substr(0, most_controls).find('\n');
        if (end == std::string_view::npos)
            return;
        controls_ = content_.substr(0, end);
        content_.remove_prefix(end + 1);
    }

    /** The next control byte; 0 when there are no more. */
    std::uint8_t control() noexcept
    {
        if (controls_.empty())
            return 0;
        auto const first = static_cast<std::uint8_t>(controls_.front());
        controls_.remove_prefix(1);
        return first;
    }

    /** A number less than `count`, by the next control byte. Digits stand for themselves. */
    std::size_t choice(std::size_t count) noexcept
    {
        auto const byte = control();
        return (byte >= '0' && byte <= '9' ? byte - std::size_t{'0'} : byte) % count;
    }

    std::string_view content() const noexcept
    {
        return content_;
    }

    /** The content up to the next byte 0xff, which no UTF-8 has, and that byte taken off. Empty when nothing is left. */
    std::string_view next_text() noexcept
    {
        auto const end = std::min(content_.find('\xff'), content_.size());
        auto const text = content_.substr(0, end);
        content_.remove_prefix(std::min(end + 1, content_.size()));
        return text;
    }

private:
    static constexpr std::size_t most_controls = 24;

    std::string_view controls_;
    std::string_view content_;
};

}  // namespace batch_cancel::fuzz

/** What libFuzzer calls, and the replay of a corpus. */
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);
