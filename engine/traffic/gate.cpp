#include "traffic/gate.hpp"

#include "model/later.hpp"

#include <algorithm>

namespace batch_cancel::traffic
{

void gate::throttle(time_point now, std::optional<std::chrono::milliseconds> retry_after, random_bits& random)
{
    bool const new_pause = now >= opens_at_;
    if (new_pause)
        ++in_a_row_;
    duration wait{};
    if (retry_after && *retry_after > retry_after->zero())
    {
        auto const spread = std::min<duration>(std::chrono::seconds(1), *retry_after / 10);
        std::uniform_int_distribution<duration::rep> jitter(0, spread.count());
        wait = *retry_after + duration(jitter(random));
    }
    else if (new_pause)
    {
        // Answers to what was in flight when the pause began say nothing new.
        wait = between_throttles.next(in_a_row_, random);
    }
    opens_at_ = std::max(opens_at_, model::later(now, wait));
}

}  // namespace batch_cancel::traffic
