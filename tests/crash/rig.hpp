#pragma once

#include "round.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace batch_cancel::crash
{

/** What a rig is asked for; each one takes what it needs. */
struct rig_options
{
    std::string command{};
    /** Another build of batch-cancel. */
    std::string program{};
    std::uint64_t seed = 1;
    std::uint64_t runs = 0;
    std::uint64_t kills = 0;
    std::uint64_t points = 0;
    std::uint64_t chains = 0;
    std::uint64_t cuts = 0;
    std::uint64_t flips = 0;
    /** Pairs of a round. */
    std::uint64_t pairs = 0;
    /** Rounds at once. */
    std::uint64_t jobs = 2;
    /** Everything, not a sample. */
    bool all = false;
};

/** What one piece of work came to. */
struct piece_result
{
    /** What it was, so that it can be repeated. */
    std::string name{};
    std::vector<std::string> broken{};
    std::uint64_t kills = 0;
    std::uint64_t doubts = 0;
    /** Times that what was planned has happened. */
    std::uint64_t hits = 0;
    /** Journals that were refused as they had to be. */
    std::uint64_t refused = 0;
};

using piece = std::function<piece_result()>;

/** Do pieces of work, several at once, and print what was broken.
    @return  Results in the order of the pieces. An exception in one of them is something broken. */
std::vector<piece_result> work_through(std::vector<piece> const& pieces, rig_options const& options);

/** Numbers that have nothing to do with each other, for pieces of work. */
random_source random_for(std::uint64_t seed, std::uint64_t number);

/** Add what a round has broken, and keep its folder if there is anything. */
void judge(round& finished, command_end const& last, piece_result& into);

/** As judge; but a journal that a power cut has left with a gap in it may be refused instead.
    The last process has then sent nothing. What the ones before it sent may still be arriving. */
void judge_after_cut(round& finished, command_end const& last, piece_result& into);

/** The rigs. @return  True if all held. */
bool disturb_nothing(rig_options const& options);
bool kill_at_random(rig_options const& options);
bool kill_at_points(rig_options const& options);
bool kill_in_chains(rig_options const& options);
bool break_disk(rig_options const& options);
bool break_surroundings(rig_options const& options);
bool cut_power(rig_options const& options);
bool tear_journal(rig_options const& options);
bool flip_bits(rig_options const& options);

}  // namespace batch_cancel::crash
