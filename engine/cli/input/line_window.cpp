#include "cli/input/line_window.hpp"

#include <algorithm>
#include <cstring>

namespace batch_cancel::cli
{

namespace
{

constexpr std::size_t smallest_space = 64 * 1024;
constexpr std::size_t first_capacity = 2 * smallest_space;
constexpr std::size_t last_capacity = 3 * line_window::longest_line;

}  // namespace

line_window::line_window()
    : bytes_(first_capacity + padding)
{
}

std::span<char> line_window::space()
{
    auto const room = [this] { return bytes_.size() - padding - end_; };
    if (room() < smallest_space || begin_ == end_)
    {
        std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        scanned_ -= begin_;
        begin_ = 0;
    }
    if (room() < smallest_space)  // a long line; most files have none
        bytes_.resize(std::min(2 * (bytes_.size() - padding), last_capacity) + padding);
    return {bytes_.data() + end_, room()};
}

void line_window::commit(std::size_t count) noexcept
{
    end_ += count;
}

void line_window::finish() noexcept
{
    finished_ = true;
}

line_window::state line_window::find_line() noexcept
{
    for (;;)
    {
        auto const* const from = bytes_.data() + scanned_;
        auto const* const found = static_cast<char const*>(std::memchr(from, '\n', end_ - scanned_));
        scanned_ = found != nullptr ? static_cast<std::size_t>(found - bytes_.data()) : end_;
        line_end_ = scanned_;
        if (!discarding_)
            break;
        skip_line();
        if (discarding_)
            return finished_ ? state::end : state::cut;
    }
    if (line().size() > longest_line)
        return state::too_long;
    if (scanned_ != end_)
        return state::whole;
    if (!finished_)
        return state::cut;
    return begin_ == end_ ? state::end : state::whole;
}

std::string_view line_window::line() const noexcept
{
    auto size = line_end_ - begin_;
    if (size != 0 && bytes_[begin_ + size - 1] == '\r')
        --size;
    return {bytes_.data() + begin_, size};
}

std::string_view line_window::rest() const noexcept
{
    return {bytes_.data() + begin_, end_ - begin_};
}

void line_window::skip_line() noexcept
{
    bool const has_end = line_end_ != end_;
    discarding_ = !has_end && !finished_;
    skip(line_end_ - begin_ + (has_end ? 1 : 0), has_end ? 1 : 0);
}

void line_window::skip(std::size_t size, std::uint64_t line_ends) noexcept
{
    begin_ += size;
    scanned_ = begin_;
    line_number_ += line_ends;
}

}  // namespace batch_cancel::cli
