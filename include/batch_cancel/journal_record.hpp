#pragma once

#include <batch_cancel/result.hpp>
#include <batch_cancel/summary.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel
{

/** An option of a run, as it was given. An option that was given several times has several entries. */
struct run_option
{
    std::string name{};
    /** Never a secret. */
    std::string value{};
};

/** Which part of its input a run takes: number 1 to `count`. */
struct shard
{
    unsigned number = 1;
    unsigned count = 1;

    bool operator==(shard const&) const = default;
};

/** What a process writes first about itself and the run that it begins or resumes. No member may hold a secret. */
struct run_record
{
    /** The same for all processes of a run. */
    std::string run_id{};
    std::chrono::system_clock::time_point time{};
    /** Version of the program that wrote the record. */
    std::string program_version{};
    /** Root URL of the service. */
    std::string endpoint{};
    std::string api_version{};
    /** Empty if it is not known. */
    std::string tenant{};
    /** Who ran it, and where. */
    std::string user{};
    std::string host{};
    /** Which start of the machine it ran in, by its operating system; empty if that is not known. A process that is killed
        leaves what it has written to the system; a machine that stops does not. */
    std::string boot_id{};
    std::vector<run_option> options{};
    /** Absolute paths; "-" for stdin. */
    std::vector<std::string> inputs{};
    /** Names of the columns whose values pairs carry, in the order of `pair::carried`. No name twice. */
    std::vector<std::string> carried{};
    /** Not set: all of the input. */
    std::optional<batch_cancel::shard> shard{};
};

/** Tell whether a run is against the simulator, by its option `simulate`: its endpoint then is another one for each process. */
bool is_simulated(run_record const& run) noexcept;

/** A line of the input that is no pair. */
struct rejected_line
{
    std::string file{};
    std::uint64_t line = 0;
    std::string cause{};
};

/** What one reading of the input found. pairs + duplicates + rejected + other_shards == lines. */
struct input_counts
{
    /** The input was read to its end. */
    bool complete = false;
    /** Lines with content; comments and blank lines are none. */
    std::uint64_t lines = 0;
    std::uint64_t pairs = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t rejected = 0;
    std::uint64_t other_shards = 0;
    std::uint64_t comments = 0;
};

/** How one process of a run ended. */
struct run_end
{
    std::chrono::system_clock::time_point time{};
    /** Empty if the run is finished: every pair has an outcome. Else what stopped it, by the report's names: "SIGINT". */
    std::string stopped_by{};
    /** For people: more about the cause. */
    std::string detail{};
    /** Of this process alone. */
    pair_totals pairs{};
    request_totals requests{};
    std::chrono::nanoseconds wall{};
    std::chrono::nanoseconds cpu{};
};

/** What a line of a journal is about. */
enum class record_type : std::uint8_t
{
    /** A process begins. */
    run,
    /** A pair is about to be begun. Such records are on the disk before it is. */
    planned,
    /** Pairs may be sent from here on, the next ones in the order in which this process has planned them. */
    begun,
    /** A pair that was waiting may be sent from here on. */
    admitted,
    /** A pair that was begun or admitted is not in flight any more, and has no outcome. */
    waiting,
    /** A pair has its outcome. */
    result,
    /** A pair is left over after a stop. */
    unprocessed,
    rejected,
    /** The service has asked everyone to wait. */
    pause,
    input,
    /** A process ends and leaves pairs over. */
    stop,
    /** A process ends and the run is finished. */
    summary,
};

/** One line of a journal. Only the member of its type is meaningful; the others keep what an earlier line left there. */
struct journal_record
{
    record_type type = record_type::run;
    /** Counted from 1. */
    std::uint64_t line = 0;

    /** Of `run`. */
    run_record run{};
    /** Of `result`; of `waiting` its pair, attempts, ambiguity, status and reason; of `planned` and `unprocessed` only its
        pair; of `admitted` only the pair's ids. */
    batch_cancel::result settled{};
    /** Of `begun`: how many pairs. */
    std::uint64_t begun = 0;
    /** Of `begun`: how many of this process have been begun with them. */
    std::uint64_t begun_through = 0;
    /** Of `rejected`. */
    rejected_line rejected{};
    /** Of `pause`. */
    std::chrono::system_clock::time_point paused_until{};
    /** And for how long that was when it was noted. */
    std::chrono::milliseconds paused_for{};
    /** Of `input`. */
    input_counts input{};
    /** Of `stop` and `summary`; its `pairs` are not read back, since totals come from the records of the pairs. */
    run_end end{};
};

}  // namespace batch_cancel
