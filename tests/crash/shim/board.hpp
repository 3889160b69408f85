#pragma once

#include <atomic>
#include <cstdint>

/** What the rig and the library that it preloads into the command tell each other: one page of shared memory, a file that
    both map. The rig writes the plan before the command starts; the counts outlive the command, however that ends. */
namespace batch_cancel::crash
{

/** The calls that are counted, each kind by itself, from 1. */
enum class call_kind : std::uint32_t
{
    none,
    /** The journal is opened or created. */
    open,
    /** It is locked. */
    lock,
    read,
    write,
    /** fdatasync or fsync of the journal. */
    sync,
    /** fsync of its folder. */
    sync_name,
    truncate,
    /** A report is created, written, synced, or moved to its place. */
    report_open,
    report_write,
    report_sync,
    rename,
    /** The first bytes of a request are sent. */
    send,
    /** The first bytes of an answer are received. */
    receive,
    count_,
};

enum class deed : std::uint32_t
{
    none,
    /** The call fails and does nothing. */
    fail,
    /** Half of the bytes are written. With an error, the next call of the kind fails with it. */
    cut_short,
    kill_before,
    /** Half of the bytes are written or sent; a call without bytes is not made. */
    kill_within,
    kill_after,
    /** The process stops itself, until it is told to go on. */
    pause_after,
};

inline constexpr std::size_t kinds = static_cast<std::size_t>(call_kind::count_);

/** Zeroed bytes are a board on which nothing is planned. */
struct board
{
    // The plan.
    char journal_name[64];  // last part of its path
    char report_name[64];   // what the last part of a report's path begins with
    call_kind kind;
    deed what;
    std::uint64_t number;
    std::int32_t error;
    std::uint32_t is_lasting;     // every later call of the kind fails too
    std::uint32_t sync_delay_us;  // before a sync does its work

    // The counts.
    std::atomic<std::uint64_t> calls[kinds];
    std::atomic<std::uint64_t> done;  // times that the deed was done
    std::atomic<std::uint64_t> sent_after_failure;
    std::atomic<std::uint64_t> sent_before_name;  // requests sent before the folder was synced
    std::atomic<std::uint64_t> written;           // size of the journal
    std::atomic<std::uint64_t> synced;            // and how much of it a power cut leaves alone
    std::atomic<std::uint64_t> truncated;         // 1: a truncation has not been synced yet
    std::atomic<std::uint64_t> name_synced;
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

/** Tells the shim where the board is. */
inline constexpr char const* board_variable = "BATCH_CANCEL_CRASH_BOARD";

}  // namespace batch_cancel::crash
