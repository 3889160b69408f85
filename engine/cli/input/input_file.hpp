#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace batch_cancel::cli
{

/** Which files may be opened. */
enum class file_kinds : bool
{
    any,
    /** A pipe or a device is refused, and nothing waits for it. */
    only_regular,
};

/** A file of pairs, or stdin: opened once, read once or, if it can be rewound, as often as wanted. */
class input_file
{
public:
    /** Open a file; "-" is stdin.
        @param allowed  Of files that are opened; stdin is open already.
        @par Errors  Throws input_error: it cannot be opened, is a directory, or is not allowed. */
    explicit input_file(std::string const& path, file_kinds allowed = file_kinds::any);

    input_file(input_file&& other) noexcept;
    input_file& operator=(input_file&&) = delete;
    ~input_file();

    /** For messages: the path as given, or "stdin". */
    std::string const& name() const noexcept
    {
        return name_;
    }

    /** Tell whether it can be read again from the start, and reading never waits for somebody. */
    bool is_regular() const noexcept
    {
        return regular_;
    }

    /** Read on, waiting for bytes if there are none. Not after `read_later`.
        @return  How many bytes; 0 at the end.
        @par Errors  Throws system_error with the file's name. */
    std::size_t read_now(std::span<char> into);

    /** Read on without blocking the thread, unless it is a regular file.
        @par Errors  As read_now; operation_aborted when cancelled. */
    boost::asio::awaitable<std::size_t> read_later(std::span<char> into);

    /** It is read to its end, which came earlier than at an earlier reading. */
    bool is_cut_short() const noexcept
    {
        return position_ < furthest_;
    }

    /** Go back to where it was opened. Only for regular files. */
    void rewind() noexcept;

    /** Copy what is left of a stream into a file without a name, so that it can be read again; waits for its end.
        @par Errors  Throws system_error. */
    void keep();

    /** Put bytes back, to be read next and again. */
    void unread(std::string bytes);

private:
    std::size_t take_unread(std::span<char> into) noexcept;
    bool can_wait_for() const noexcept;

    std::string name_;
    int descriptor_{-1};
    bool owned_{true};
    bool regular_{false};
    long long start_{0};     // regular stdin may begin in its middle
    long long position_{0};  // in a regular file
    long long furthest_{0};  // to which it has been read when it was rewound
    std::string unread_;
    std::size_t unread_at_{0};
    std::optional<boost::asio::posix::stream_descriptor> stream_;  // made at the first read_later that has to wait
};

}  // namespace batch_cancel::cli
