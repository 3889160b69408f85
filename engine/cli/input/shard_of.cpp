#include "cli/input/shard_of.hpp"

#include "cli/input/ids.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace batch_cancel::cli
{

namespace
{

char small(char letter) noexcept
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

}  // namespace

unsigned shard_of(pair const& placed, unsigned count)
{
    std::array<char, 2 * longest_id + 1> ids;
    auto* end = std::transform(placed.job_id.begin(), placed.job_id.end(), ids.data(), small);
    *end++ = '\0';
    end = std::transform(placed.task_id.begin(), placed.task_id.end(), end, small);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<unsigned char const*>(ids.data()), static_cast<std::size_t>(end - ids.data()),
           digest.data());
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i != sizeof prefix; ++i)
        prefix = prefix << 8 | digest[i];
    return static_cast<unsigned>(prefix % count) + 1;
}

}  // namespace batch_cancel::cli
