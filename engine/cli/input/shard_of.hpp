#pragma once

#include <batch_cancel/pair.hpp>

namespace batch_cancel::cli
{

/** Tell which shard of `count` a pair belongs to, from 1.

    For ever the same for the same ids, since machines of different versions may share an input: the first eight bytes,
    big end first, of SHA-256 over job id, a NUL byte and task id, both with the letters A to Z made small, modulo
    `count`, plus 1. */
unsigned shard_of(pair const& placed, unsigned count);

}  // namespace batch_cancel::cli
