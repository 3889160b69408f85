#include "cli/input/pair_input.hpp"

#include "cli/console/error_text.hpp"
#include "cli/input/input_error.hpp"
#include "cli/input/name_index.hpp"
#include "cli/render/number_text.hpp"

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <iterator>
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
    // A file that has a column which another lacks must not keep a run from being resumed.
    request_.rules.known_may_be_missing = known_ != nullptr;
    request_.rules.known = known_ == nullptr && request_.carry_known ? known_columns::noted : known_columns::ignored;
    carried_ = request_.rules.carry;
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
    notes_ = {};
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
    name_index const asked{request_.rules.carry};
    carried_ = request_.rules.carry;
    std::copy_if(notes_.known_columns.begin(), notes_.known_columns.end(), std::back_inserter(carried_),
                 [&asked](std::string const& name) { return asked.find(name) == nullptr; });
    auto counts = sieve_.counts();
    counts.complete = complete;
    return counts;
}

bool pair_input::has_too_many_rejected() const noexcept
{
    return request_.max_rejected.is_exceeded(sieve_.rejected_of_all(), sieve_.counts().lines);
}

std::string pair_input::rejected_text() const
{
    return grouped_text(sieve_.rejected_of_all()) + " of " + counted_text(sieve_.counts().lines, "line", "lines") +
           " are rejected, more than --max-rejected " + request_.max_rejected.text +
           " allows; correct them, or allow more";
}

reading_notes pair_input::notes() const
{
    auto all = notes_;
    if (reader_)
        all.add(reader_->notes());
    return all;
}

// Reads a stream until it is known to hold a pair, and puts what was read back. True if its end was seen before that.
bool pair_input::look_into_stream(input_file& file)
{
    pair_reader reader{file.name(), request_.rules};
    pair ignored;
    std::string read;
    std::optional<bool> has_ended;
    try
    {
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
    }
    catch (encoding_error const&)
    {
        has_ended = false;  // the reading stops there
    }
    for (auto const& name : reader.notes().known_columns)
        notes_.note_known(name);
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
    notes_.add(reader.notes());
    file.rewind();
}

void pair_input::begin(rejection_sink rejected)
{
    for (auto& file : files_)
        file.rewind();
    sieve_.restart(std::move(rejected), request_.max_pairs);
    notes_ = {};
    request_.rules.carry = carried_;
    request_.rules.known_may_be_missing = true;
    request_.rules.known = known_columns::ignored;
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
    auto const& file = files_[next_file_++];
    reader_.emplace(file.name(), request_.rules);
    // Files have been judged as a whole before anything is sent.
    sieve_.limit_rejected(file.is_regular() ? std::nullopt : std::optional{request_.max_rejected});
    return true;
}

void pair_input::close_reader()
{
    notes_.add(reader_->notes());
    reader_.reset();
}

void pair_input::stop(input_stop why, std::string cause)
{
    stop_ = why;
    stop_cause_ = std::move(cause);
}

pair_input::buffered pair_input::read_buffered(std::span<pair> into)
{
    std::size_t count = 0;
    try
    {
        while (count != into.size() && stop_ == input_stop::none && (reader_ || open_next()))
        {
            switch (sieve_.next(*reader_, into[count]))
            {
            case pair_sieve::step::pair:
                ++count;
                break;
            case pair_sieve::step::more:
                return {.pairs = count, .wants_bytes = true};
            case pair_sieve::step::end:
                close_reader();
                break;
            case pair_sieve::step::over_limit:
                stop(input_stop::max_pairs, "the input has more than " + grouped_text(request_.max_pairs) + " pairs");
                held_back_ = into[count];
                break;
            case pair_sieve::step::over_rejected:
                stop(input_stop::max_rejected, rejected_text());
                break;
            }
        }
    }
    catch (input_error const& error)
    {
        stop(input_stop::unreadable, error.what());
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
    for (;;)
    {
        sieve_.lift_limits();
        auto const stopped = std::exchange(stop_, input_stop::none);
        if (stopped != input_stop::none)
            leave_stopped(stopped);
        if (stopped == input_stop::max_pairs)
        {
            sieve_.let_through();
            into.front() = std::move(held_back_);
            return 1;
        }
        auto const found = read_buffered(into);
        if (found.pairs != 0)
            return found.pairs;
        if (stop_ != input_stop::none)
            continue;
        if (!found.wants_bytes)
            return 0;
        auto& file = files_[next_file_ - 1];
        if (file.is_regular())
        {
            note_bytes(*reader_, file, file.read_now(reader_->space()));
            continue;
        }
        left_out_ = true;
        close_reader();
    }
}

// A stream is not taken beyond what has ended its reading, and no file beyond what cannot be understood.
void pair_input::leave_stopped(input_stop stopped)
{
    if (files_[next_file_ - 1].is_regular() && stopped != input_stop::unreadable)
        return;
    left_out_ = true;
    close_reader();
}

std::uint64_t pair_input::missing() const noexcept
{
    return sieve_.missing();
}

input_counts pair_input::counts() const noexcept
{
    auto counts = sieve_.counts();
    counts.complete = !left_out_ && stop_ == input_stop::none && !reader_ && next_file_ == files_.size();
    return counts;
}

}  // namespace batch_cancel::cli
