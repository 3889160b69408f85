#include "rig.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

namespace batch_cancel::crash
{

std::vector<piece_result> work_through(std::vector<piece> const& pieces, rig_options const& options)
{
    std::vector<piece_result> results(pieces.size());
    std::atomic<std::size_t> next{0};
    std::mutex printing;
    auto const work = [&]
    {
        for (auto i = next++; i < pieces.size(); i = next++)
        {
            try
            {
                results[i] = pieces[i]();
            }
            catch (std::exception const& error)
            {
                results[i].broken.emplace_back(error.what());
            }
            std::lock_guard const alone(printing);
            for (auto const& what : results[i].broken)
                std::printf("broken: piece %zu, %s: %s\n", i, results[i].name.c_str(), what.c_str());
            std::fflush(stdout);
        }
    };
    std::vector<std::thread> workers;
    for (std::uint64_t i = 0; i < options.jobs; ++i)
        workers.emplace_back(work);
    for (auto& worker : workers)
        worker.join();
    return results;
}

random_source random_for(std::uint64_t seed, std::uint64_t number)
{
    std::seed_seq mixed{seed & 0xffffffff, seed >> 32, number & 0xffffffff, number >> 32};
    return random_source{mixed};
}

void judge(round& finished, command_end const& last, piece_result& into)
{
    // A fault is seldom alone: of those that differ in the pair only, one stands for all.
    std::map<std::string, std::uint64_t> more;
    for (auto& what : finished.broken(last))
        if (more[what.substr(0, what.find(": "))]++ == 0)
            into.broken.push_back(std::move(what));
    into.doubts = finished.doubts();
    for (auto const& [what, count] : more)
        if (count > 1)
            into.broken.push_back(what + ": " + std::to_string(count) + " times");
    if (into.broken.empty())
        return;
    finished.keep();
    into.name += ", kept in " + finished.folder().string();
    into.broken.push_back("the last process exits by " + std::to_string(last.code) + " and says: " + last.err);
}

void judge_after_cut(round& finished, command_end const& last, piece_result& into)
{
    if (!finished.has_hole() || last.code != 2)
        return judge(finished, last, into);
    ++into.refused;
    if (last.err.find("run.jsonl:") == std::string::npos)
        into.broken.push_back("does not say where the gap is: " + last.err);
    auto const seen = finished.events();
    if (std::any_of(seen.begin(), seen.end(),
                    [&](cancel_event const& each) { return each.process + 1 == finished.processes(); }))
        into.broken.emplace_back("something was sent although the journal was refused");
}

}  // namespace batch_cancel::crash
