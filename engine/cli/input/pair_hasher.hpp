#pragma once

#include <batch_cancel/pair.hpp>

#include <array>
#include <cstdint>
#include <memory>

namespace batch_cancel::cli
{

/** 128 bits that stand for a pair. */
struct pair_hash
{
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    bool operator==(pair_hash const&) const = default;
};

/** Hashes pairs so that nobody can make two of them meet: SipHash with a key drawn for each object. GUIDs are taken
    without regard to case. */
class pair_hasher
{
public:
    /** @par Errors  Throws std::runtime_error if OpenSSL has no SipHash or no random bytes. */
    pair_hasher();

    pair_hash operator()(pair const& hashed);

private:
    struct mac_deleter
    {
        void operator()(void* context) const noexcept;
    };

    std::array<unsigned char, 16> key_{};
    std::unique_ptr<void, mac_deleter> context_;  // an EVP_MAC_CTX
};

/** Tell which shard of `count` a pair belongs to, from 1.

    For ever the same for the same ids, since machines of different versions may share an input: the first eight bytes,
    big end first, of SHA-256 over job id, a NUL byte and task id, both with the letters A to Z made small, modulo
    `count`, plus 1. */
unsigned shard_of(pair const& placed, unsigned count);

}  // namespace batch_cancel::cli
