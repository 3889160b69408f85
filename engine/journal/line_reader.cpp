#include "journal/line_reader.hpp"

#include <boost/system/system_error.hpp>

#include <simdjson.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace batch_cancel::journal_format
{

namespace
{

constexpr std::size_t first_capacity = 256 * 1024;
constexpr std::size_t longest_line = 16 * 1024 * 1024;

[[noreturn]] void throw_last_error()
{
    throw boost::system::system_error({errno, boost::system::system_category()}, "cannot read the journal");
}

}  // namespace

line_reader::line_reader(descriptor file)
    : file_(std::move(file))
    , buffer_(std::make_unique<char[]>(first_capacity + simdjson::SIMDJSON_PADDING))
    , capacity_(first_capacity)
{
    struct stat status
    {
    };
    if (::fstat(file_.get(), &status) != 0)
        throw_last_error();
    if (S_ISDIR(status.st_mode))
    {
        errno = EISDIR;
        throw_last_error();
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
}

std::optional<std::string_view> line_reader::next()
{
    std::size_t searched = 0;
    for (;;)
    {
        auto const rest = unread();
        if (auto const line_end = rest.find('\n', searched); line_end != std::string_view::npos)
        {
            begin_ += line_end + 1;
            line_offset_ += line_end + 1;
            ++lines_;
            return rest.substr(0, line_end);
        }
        searched = rest.size();
        if (!fill())
            return std::nullopt;
    }
}

void line_reader::rewind() noexcept
{
    file_offset_ = 0;
    line_offset_ = 0;
    lines_ = 0;
    begin_ = 0;
    end_ = 0;
}

std::string line_reader::first_bytes(std::size_t most) const
{
    std::string bytes(most, '\0');
    ssize_t got = 0;
    do
        got = ::pread(file_.get(), bytes.data(), bytes.size(), 0);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        throw_last_error();
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
}

bool line_reader::fill()
{
    if (file_offset_ >= size_)
        return false;
    make_room();
    auto const wanted = std::min<std::uint64_t>(capacity_ - end_, size_ - file_offset_);
    ssize_t got = 0;
    do
        got = ::pread(file_.get(), buffer_.get() + end_, wanted, static_cast<off_t>(file_offset_));
    while (got < 0 && errno == EINTR);
    if (got < 0)
        throw_last_error();
    if (got == 0)  // cut shorter since it was opened
    {
        size_ = file_offset_;
        return false;
    }
    end_ += static_cast<std::size_t>(got);
    file_offset_ += static_cast<std::size_t>(got);
    return true;
}

void line_reader::make_room()
{
    auto const rest = unread();
    if (begin_ != 0)
        std::memmove(buffer_.get(), rest.data(), rest.size());
    else if (end_ == capacity_)
    {
        if (capacity_ >= longest_line)
            throw line_too_long{};
        auto larger = std::make_unique<char[]>(capacity_ * 2 + simdjson::SIMDJSON_PADDING);
        std::memcpy(larger.get(), rest.data(), rest.size());
        buffer_ = std::move(larger);
        capacity_ *= 2;
    }
    begin_ = 0;
    end_ = rest.size();
}

}  // namespace batch_cancel::journal_format
