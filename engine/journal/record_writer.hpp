#pragma once

#include "journal/line_buffer.hpp"
#include "journal/timestamp.hpp"

#include <batch_cancel/journal_record.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::journal_format
{

/** Gathers journal lines in memory. A line costs no allocation once the text has grown to what one write takes. */
class record_writer
{
public:
    /** @param carried  Names of the carried columns, as in the record of the run. */
    explicit record_writer(std::vector<std::string> const& carried);

    void run(run_record const& run);
    void planned(pair const& pair);
    /** @param count    How many of the pairs that were planned are begun.
        @param through  How many of this process that makes. */
    void begun(std::uint64_t count, std::uint64_t through);
    void admitted(pair const& pair);
    void waiting(batch_cancel::result const& so_far);
    void result(batch_cancel::result const& settled);
    void unprocessed(pair const& pair);
    void rejected(rejected_line const& rejected);
    void pause(std::chrono::system_clock::time_point until, std::chrono::milliseconds wait);
    void input(input_counts const& counts);

    /** Write a `summary` line if nothing stopped the process, else a `stop` line. */
    void end(run_end const& end);

    /** The lines gathered since `clear`. */
    std::string_view text() const noexcept
    {
        return text_.text();
    }

    /** How many lines were ever gathered. */
    std::uint64_t records() const noexcept
    {
        return records_;
    }

    void clear() noexcept
    {
        text_.clear();
    }

private:
    class line;

    std::size_t room_for(pair const& pair) const noexcept;
    std::string time_text(std::chrono::system_clock::time_point time);
    std::string& begin_object();
    void end_object();

    line_buffer text_;
    std::vector<std::string> carried_keys_;  // "name": with quotes and colon, ready to be written
    std::size_t carried_room_{0};
    timestamp_writer times_;
    std::string object_;  // the rare records are put together here
    std::string value_;
    std::uint64_t records_{0};
};

}  // namespace batch_cancel::journal_format
