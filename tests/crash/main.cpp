#include "rig.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

using namespace batch_cancel::crash;

namespace
{

struct number_option
{
    std::string_view name;
    std::uint64_t rig_options::*where;
};

constexpr number_option number_options[] = {
    {"--seed", &rig_options::seed},     {"--runs", &rig_options::runs},     {"--kills", &rig_options::kills},
    {"--points", &rig_options::points}, {"--chains", &rig_options::chains}, {"--cuts", &rig_options::cuts},
    {"--flips", &rig_options::flips},   {"--pairs", &rig_options::pairs},   {"--jobs", &rig_options::jobs}};

bool take(rig_options& options, std::string_view name, char const* value)
{
    for (auto const& each : number_options)
    {
        if (each.name != name || value == nullptr)
            continue;
        char* end = nullptr;
        options.*each.where = std::strtoull(value, &end, 10);
        return end != value && *end == '\0';
    }
    return false;
}

bool run(rig_options const& options)
{
    bool holds = true;
    if (options.runs != 0)
        holds = disturb_nothing(options) && holds;
    if (options.kills != 0)
        holds = kill_at_random(options) && holds;
    if (options.points != 0)
        holds = kill_at_points(options) && holds;
    if (options.chains != 0)
        holds = kill_in_chains(options) && holds;
    if (options.command == "disk")
        holds = break_disk(options) && holds;
    if (options.command == "surroundings")
        holds = break_surroundings(options) && holds;
    if (options.flips != 0)
        holds = flip_bits(options) && holds;
    if (options.command == "torn")
        holds = tear_journal(options) && holds;
    else if (options.cuts != 0)
        holds = cut_power(options) && holds;
    return holds;
}

}  // namespace

int main(int count, char** arguments)
{
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // long runs are watched from a file
    rig_options options;
    int i = 1;
    if (count > 1 && arguments[1][0] != '-')
        options.command = arguments[i++];
    for (; i < count; i += 2)
    {
        if (std::string_view(arguments[i]) == "--all")
        {
            options.all = true;
            --i;
            continue;
        }
        if (std::string_view(arguments[i]) == "--program" && i + 1 < count)
        {
            options.program = arguments[i + 1];
            continue;
        }
        if (take(options, arguments[i], i + 1 < count ? arguments[i + 1] : nullptr))
            continue;
        std::fprintf(stderr, "crash: what is %s? See README.md\n", arguments[i]);
        return 2;
    }
    return run(options) ? 0 : 1;
}
