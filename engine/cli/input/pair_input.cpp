#include "cli/input/pair_input.hpp"

#include "cli/console/error_text.hpp"
#include "cli/input/input_error.hpp"

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

constexpr std::size_t most_ahead = 512 * 1024;

void note_bytes(pair_reader& reader, input_file const& file, std::size_t count) noexcept
{
    if (count != 0)
        return reader.commit(count);
    if (file.is_cut_short())
        reader.drop_unfinished();
    reader.finish();
}

}  // namespace

pair_input::pair_input(input_request request, journal_remainder* known)
    : request_(std::move(request))
    , known_(known)
    , sieve_(request_.shard, known)
{
    if (std::count(request_.files.begin(), request_.files.end(), "-") > 1)
        throw input_error{"stdin (\"-\") is named twice as input; it can be read only once"};
    files_.reserve(request_.files.size());
    for (auto const& path : request_.files)
    {
        open(path);
        if (known_ != nullptr)
            files_.back().keep();
    }
}

void pair_input::open(std::string const& path)
{
    try
    {
        files_.emplace_back(path, request_.only_regular_files ? file_kinds::only_regular : file_kinds::any);
    }
    catch (input_error const& error)
    {
        if (known_ == nullptr)
            throw;
        throw input_error{std::string{error.what()} +
                          "; if the input has moved, give it: batch-cancel resume JOURNAL PAIRS"};
    }
}

input_counts pair_input::check(stream_check streams, rejection_sink rejected, pair_sink const& found)
{
    sieve_.restart(std::move(rejected));
    bool complete = true;
    try
    {
        for (auto& file : files_)
        {
            if (file.is_regular() || streams == stream_check::whole || look_into_stream(file))
                read_whole(file, found);
            else
                complete = false;
        }
    }
    catch (boost::system::system_error const& error)
    {
        throw input_error{error_text(error)};
    }
    auto counts = sieve_.counts();
    counts.complete = complete;
    return counts;
}

// Reads a stream until it is known to hold a pair, and puts what was read back. True if its end was seen before that.
bool pair_input::look_into_stream(input_file& file) const
{
    pair_reader reader{file.name(), request_.rules};
    pair ignored;
    std::string read;
    std::optional<bool> has_ended;
    while (!has_ended)
    {
        auto const step = reader.next(ignored);
        if (step == pair_reader::step::end)
            has_ended = true;
        else if (step == pair_reader::step::pair || read.size() >= most_ahead)
            has_ended = false;
        else if (step == pair_reader::step::more)
        {
            auto const space = reader.space();
            auto const count = file.read_now(space);
            read.append(space.data(), count);
            note_bytes(reader, file, count);
        }
    }
    file.unread(std::move(read));
    return *has_ended;
}

void pair_input::read_whole(input_file& file, pair_sink const& found)
{
    pair_reader reader{file.name(), request_.rules};
    pair read;
    for (;;)
    {
        auto const step = sieve_.next(reader, read);
        if (step == pair_sieve::step::end)
            break;
        if (step == pair_sieve::step::pair && found)
            found(read);
        if (step != pair_sieve::step::more)
            continue;
        note_bytes(reader, file, file.read_now(reader.space()));
    }
    file.rewind();
}

void pair_input::begin(rejection_sink rejected)
{
    for (auto& file : files_)
        file.rewind();
    sieve_.restart(std::move(rejected), request_.max_pairs);
    next_file_ = 0;
    next_begun_ = 0;
}

std::size_t pair_input::take_begun(std::span<pair> into)
{
    if (known_ == nullptr)
        return 0;
    auto const& begun = known_->begun();
    auto const count = std::min(into.size(), begun.size() - next_begun_);
    std::copy_n(begun.begin() + static_cast<std::ptrdiff_t>(next_begun_), count, into.begin());
    next_begun_ += count;
    return count;
}

bool pair_input::open_next()
{
    if (next_file_ == files_.size())
        return false;
    reader_.emplace(files_[next_file_++].name(), request_.rules);
    return true;
}

pair_input::buffered pair_input::read_buffered(std::span<pair> into)
{
    std::size_t count = 0;
    while (count != into.size() && !over_limit_ && (reader_ || open_next()))
    {
        switch (sieve_.next(*reader_, into[count]))
        {
        case pair_sieve::step::pair:
            ++count;
            break;
        case pair_sieve::step::more:
            return {.pairs = count, .wants_bytes = true};
        case pair_sieve::step::end:
            reader_.reset();
            break;
        case pair_sieve::step::over_limit:
            over_limit_ = true;
            held_back_ = into[count];
            break;
        }
    }
    return {.pairs = count, .wants_bytes = false};
}

boost::asio::awaitable<std::size_t> pair_input::read_some(std::span<pair> into)
{
    if (auto const count = take_begun(into); count != 0)
        co_return count;
    for (;;)
    {
        auto const found = read_buffered(into);
        if (found.pairs != 0 || !found.wants_bytes)
            co_return found.pairs;
        // Lines that are no pairs may go on for long: whoever is ready has its turn in between, and may have ended this.
        co_await boost::asio::post(boost::asio::use_awaitable);
        auto const interrupted = co_await boost::asio::this_coro::cancellation_state;
        if (interrupted.cancelled() != boost::asio::cancellation_type::none)
            co_return 0;
        auto& file = files_[next_file_ - 1];
        auto const space = reader_->space();
        auto const bytes = co_await file.read_later(space);
        note_bytes(*reader_, file, bytes);
    }
}

std::size_t pair_input::read_left_over(std::span<pair> into)
{
    if (auto const count = take_begun(into); count != 0)
        return count;
    sieve_.lift_limit();
    if (std::exchange(over_limit_, false))
    {
        if (!files_[next_file_ - 1].is_regular())  // a stream is not taken beyond the limit
        {
            left_out_ = true;
            reader_.reset();
        }
        sieve_.let_through();
        into.front() = std::move(held_back_);
        return 1;
    }
    for (;;)
    {
        auto const found = read_buffered(into);
        if (found.pairs != 0 || !found.wants_bytes)
            return found.pairs;
        auto& file = files_[next_file_ - 1];
        if (file.is_regular())
        {
            note_bytes(*reader_, file, file.read_now(reader_->space()));
            continue;
        }
        left_out_ = true;
        reader_.reset();
    }
}

std::uint64_t pair_input::missing() const noexcept
{
    return sieve_.missing();
}

input_counts pair_input::counts() const noexcept
{
    auto counts = sieve_.counts();
    counts.complete = !left_out_ && !over_limit_ && !reader_ && next_file_ == files_.size();
    return counts;
}

}  // namespace batch_cancel::cli
