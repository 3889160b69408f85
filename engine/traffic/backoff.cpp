#include "traffic/backoff.hpp"

#include <algorithm>

namespace batch_cancel::traffic
{

backoff::duration backoff::next(unsigned failures, random_bits& random) const
{
    auto ceiling = base;
    for (unsigned i = 1; i < failures && ceiling < cap; ++i)
        ceiling *= 2;
    ceiling = std::max(floor, std::min(cap, ceiling));
    std::uniform_int_distribution<duration::rep> anywhere(floor.count(), ceiling.count());
    return duration(anywhere(random));
}

}  // namespace batch_cancel::traffic
