#pragma once

#include "cli/input/input_file.hpp"
#include "cli/input/input_request.hpp"
#include "cli/input/input_stop.hpp"
#include "cli/input/pair_sieve.hpp"
#include "cli/input/reading_notes.hpp"

#include <batch_cancel/journal_record.hpp>
#include <batch_cancel/journal_remainder.hpp>
#include <batch_cancel/pair_source.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::cli
{

/** How far a stream is read ahead of the run. */
enum class stream_check : std::uint8_t
{
    /** Up to its first pair, its end, or half a megabyte; what was read is kept for the reading. */
    until_first_pair,
    /** To its end, after which it cannot be read again. */
    whole,
};

/** The pairs of several files and stdin, one file after the other, as a source for the engine.

    A pair is ambiguous if any line that `check` reads or the reading has come to says so, also one that is a duplicate.

    First `check`, then `begin` and the engine's reading, then perhaps `read_left_over`. Memory does not grow with the
    input, but for what telling duplicates apart takes. Must go before the context on which the engine runs. */
class pair_input final : public pair_source
{
public:
    /** Open everything.
        @param known  What is known of a run that is resumed: its pairs come first, and streams are kept in a file, so that
                      they can be read through before anything is sent. Null for a new run. Must outlive this object.
        @par Errors  Throws input_error: a file cannot be opened, or stdin is named twice. system_error. */
    explicit pair_input(input_request request, journal_remainder* known = nullptr);

    /** Read regular files through, and streams as far as wanted. Waits for these.

        @param rejected  Told about each line that is no pair. May be empty. Lines of a stream are told only if its end
                         was seen.
        @param found     Told about each pair that would be sent, likewise. May be empty.
        @return          What was found. `complete` says that everything is counted; if not, there is at least one pair
                         more than counted, or half a megabyte without any.
        @par Errors  Throws input_error: a file as a whole cannot be read. */
    input_counts check(stream_check streams, rejection_sink rejected,
                       std::function<void(pair const&)> const& found = {});

    /** What the check, or the reading that was begun after it, has found besides. */
    reading_notes notes() const;

    /** Tell whether what the check has read has more rejected lines than allowed, over all shards. */
    bool has_too_many_rejected() const noexcept;

    /** What `has_too_many_rejected` means, for people: "38 of 40 lines are rejected, …". */
    std::string rejected_text() const;

    /** Names of the columns that the reading carries: those that were asked for, then those that the check has found and that
        are carried without asking. */
    std::vector<std::string> const& carried() const noexcept
    {
        return carried_;
    }

    /** Begin the reading that the engine makes; once.
        @param rejected  Told about each line that is no pair. May be empty. */
    void begin(rejection_sink rejected);

    /** @par Cancellation  Terminal, while it waits for a stream. */
    boost::asio::awaitable<std::size_t> read_some(std::span<pair> into) override;

    /** Why the reading has ended early, until `read_left_over` goes on. */
    input_stop stopped_by() const noexcept
    {
        return stop_;
    }

    /** The same for people; empty if it has not. */
    std::string const& stop_cause() const noexcept
    {
        return stop_cause_;
    }

    /** Read on after the engine has stopped, regular files to their ends, streams left aside. The pair over the limit is
        the first.
        @param into  Where to put pairs, from its front. Not empty.
        @return      How many were put; 0 is the end.
        @par Errors  Throws system_error. */
    std::size_t read_left_over(std::span<pair> into);

    /** Pairs that the first look, or the journal of a run that is gone on with, knows and this reading has not come to. */
    std::uint64_t missing() const noexcept;

    /** What the reading has found so far. */
    input_counts counts() const noexcept;

private:
    using pair_sink = std::function<void(pair const&)>;

    struct buffered
    {
        std::size_t pairs = 0;
        bool wants_bytes = false;
    };

    bool look_into_stream(input_file& file);
    void read_whole(input_file& file, pair_sink const& found);
    bool open_next();
    void close_reader();
    void stop(input_stop why, std::string cause);
    void leave_stopped(input_stop stopped);
    buffered read_buffered(std::span<pair> into);

    void open(std::string const& path);
    std::size_t take_begun(std::span<pair> into);

    input_request request_;
    journal_remainder* known_;
    std::size_t next_begun_{0};  // of the pairs that come before the input's
    std::vector<input_file> files_;
    pair_sieve sieve_;
    std::size_t next_file_{0};
    std::optional<pair_reader> reader_;  // of the file before next_file_; none between files
    bool left_out_{false};               // something was not read to its end
    pair held_back_;                     // the one that was over the limit
    input_stop stop_{input_stop::none};
    std::string stop_cause_;
    reading_notes notes_;  // of files that were read to their ends
    std::vector<std::string> carried_;
};

}  // namespace batch_cancel::cli
