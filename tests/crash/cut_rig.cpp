#include "rig.hpp"

#include <cstdio>

namespace batch_cancel::crash
{

namespace
{

using namespace std::chrono_literals;

round_setting setting_to_cut_in(random_source& random, rig_options const& options)
{
    round_setting made{.seed = random()};
    made.program = options.program;
    made.pairs = options.pairs != 0 ? options.pairs : 150;
    made.service.conflict_share = 0.05;
    made.service.missing_share = 0.05;
    made.service.latency = {0ms, std::chrono::microseconds(500 * drawn(random, 6))};
    made.concurrency = one_in(random, 2) ? 8 : 32;
    if (one_in(random, 3))
        made.service.faults = simulator::parse_faults("reset-after=1%,500=1%");
    return made;
}

// The power goes at any call that changes or syncs the journal, or between them, while requests are under way.
ending drawn_cut(random_source& random, std::uint64_t pairs)
{
    ending made;
    made.what = one_in(random, 2) ? deed::kill_before : deed::kill_after;
    // A slow disk: much is unsynced at once.
    made.sync_delay_us = one_in(random, 2) ? 0 : static_cast<std::uint32_t>(drawn(random, 60'000));
    switch (drawn(random, 4))
    {
    case 0:
        made.kind = call_kind::write;
        made.number = 1 + drawn(random, pairs);
        break;
    case 1:
        made.kind = call_kind::sync;
        made.number = 1 + drawn(random, 4);
        break;
    case 2:
        made.kind = call_kind::send;
        made.number = 1 + drawn(random, pairs);
        break;
    default:
        made.kind = call_kind::receive;
        made.number = 1 + drawn(random, pairs);
        break;
    }
    return made;
}

piece_result cut(std::uint64_t number, rig_options const& options)
{
    auto random = random_for(options.seed, 4'000'000 + number);
    piece_result result{.name = "cut " + std::to_string(number) + " of seed " + std::to_string(options.seed)};
    auto const setting = setting_to_cut_in(random, options);
    round disturbed(setting);
    auto const times = 1 + drawn(random, 3);
    for (std::uint64_t i = 0; i < times; ++i)
    {
        auto const end = disturbed.launch(drawn_cut(random, setting.pairs));
        if (!end.was_killed)
            break;
        ++result.kills;
        if (disturbed.last_board().sent_before_name != 0)
            result.broken.emplace_back("requests were sent before the journal's name was synced");
        disturbed.cut_power(random);
        if (disturbed.has_hole())
            break;
    }
    auto const last = disturbed.finish();
    judge_after_cut(disturbed, last, result);
    return result;
}

}  // namespace

bool cut_power(rig_options const& options)
{
    std::vector<piece> pieces;
    for (std::uint64_t i = 0; i < options.cuts; ++i)
        pieces.push_back([i, &options] { return cut(i, options); });
    std::uint64_t cuts = 0;
    std::uint64_t doubts = 0;
    std::uint64_t refused = 0;
    std::uint64_t broken = 0;
    for (auto const& each : work_through(pieces, options))
    {
        cuts += each.kills;
        doubts += each.doubts;
        refused += each.refused;
        broken += each.broken.empty() ? 0 : 1;
    }
    std::printf("power cuts: seed %llu, %llu cuts in %zu runs, %llu pairs ambiguous by them, %llu journals with a gap "
                "refused, %llu runs broken\n",
                static_cast<unsigned long long>(options.seed), static_cast<unsigned long long>(cuts), pieces.size(),
                static_cast<unsigned long long>(doubts), static_cast<unsigned long long>(refused),
                static_cast<unsigned long long>(broken));
    return broken == 0;
}

}  // namespace batch_cancel::crash
