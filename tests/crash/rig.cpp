#include "rig.hpp"

#include <atomic>
#include <cstdio>
#include <exception>
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
    for (auto& what : finished.broken(last))
        into.broken.push_back(std::move(what));
    into.doubts = finished.doubts();
    if (into.broken.empty())
        return;
    finished.keep();
    into.name += ", kept in " + finished.folder().string();
    if (into.broken.size() > 8)
    {
        auto const more = into.broken.size() - 8;
        into.broken.resize(8);
        into.broken.push_back("and " + std::to_string(more) + " more");
    }
}

}  // namespace batch_cancel::crash
