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
        feed_ -= begin_;
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

// Where the line that is being looked at ends. A file with CR alone must not be searched for LF anew for every line of it.
void line_window::find_end() noexcept
{
    auto const find = [this](char byte, std::size_t from, std::size_t to)
    {
        auto const* const found = static_cast<char const*>(std::memchr(bytes_.data() + from, byte, to - from));
        return found != nullptr ? static_cast<std::size_t>(found - bytes_.data()) : to;
    };
    if (feed_ == end_ || bytes_[feed_] != '\n')
        feed_ = find('\n', feed_, end_);
    line_end_ = scanned_ = find('\r', scanned_, feed_);
    if (line_end_ == feed_)
        ending_ = feed_ == end_ ? 0 : 1;
    else
        ending_ = line_end_ + 1 == feed_ && feed_ != end_ ? 2 : 1;
}

line_window::state line_window::find_line() noexcept
{
    for (;;)
    {
        find_end();
        // An LF that belongs to this CR may follow.
        bool const is_cut = ending_ == 1 && line_end_ + 1 == end_ && bytes_[line_end_] == '\r' && !finished_;
        if (is_cut && discarding_)
            skip(line_end_ - begin_, 0);
        if (is_cut)
            return state::cut;
        if (!discarding_)
            break;
        skip_line();
        if (discarding_)
            return finished_ ? state::end : state::cut;
    }
    if (line().size() > longest_line)
        return state::too_long;
    if (ending_ != 0)
        return state::whole;
    if (!finished_)
        return state::cut;
    return begin_ == end_ ? state::end : state::whole;
}

std::string_view line_window::line() const noexcept
{
    return {bytes_.data() + begin_, line_end_ - begin_};
}

std::string_view line_window::rest() const noexcept
{
    return {bytes_.data() + begin_, end_ - begin_};
}

void line_window::skip_line() noexcept
{
    bool const has_end = ending_ != 0;
    discarding_ = !has_end && !finished_;
    skip(line_end_ - begin_ + ending_, has_end ? 1 : 0);
}

void line_window::skip(std::size_t size, std::uint64_t line_ends) noexcept
{
    begin_ += size;
    scanned_ = begin_;
    feed_ = std::max(feed_, begin_);
    line_number_ += line_ends;
}

}  // namespace batch_cancel::cli
