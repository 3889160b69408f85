#pragma once

#include "simulator/guid.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;

namespace batch_cancel::simulator
{

/** A bijection of 16-byte blocks under a key (AES-128): what was sealed is recognised by opening it, so that nothing
    sealed has to be remembered. */
class block_seal
{
public:
    /** Make the seal of a seed. Two purposes of one seed have nothing in common. */
    block_seal(std::uint64_t seed, std::string_view purpose);

    guid seal(guid const& plain) const;
    guid open(guid const& sealed) const;

private:
    struct context_free
    {
        void operator()(EVP_CIPHER_CTX* context) const noexcept;
    };
    using cipher = std::unique_ptr<EVP_CIPHER_CTX, context_free>;

    static cipher make_cipher(guid const& key, int encrypts);

    cipher encrypt_;
    cipher decrypt_;
};

/** A job or a task, as a number: its index if it is the simulator's own, else a hash with the highest bit set. */
using entity_key = std::uint64_t;

constexpr bool is_own(entity_key key) noexcept
{
    return (key >> 63) == 0;
}

/** Gives ids to the jobs and tasks of a seed, and recognises them. */
class identity
{
public:
    enum class strangers : std::uint8_t
    {
        refused,
        /** Ids that were never given out are jobs and tasks too. */
        welcome,
    };

    identity(std::uint64_t seed, std::size_t jobs, std::size_t tasks_per_job, strangers unknown);

    /** Give a job its id. A stranger gets one too, as good as the one that it came with. */
    guid job_id(entity_key job) const;
    guid task_id(entity_key job, entity_key task) const;

    /** Name a job: "Wave 001" is the first. */
    static std::string job_name(std::size_t job);

    /** Find a job by its id or its name, in any case. */
    std::optional<entity_key> find_job(std::string_view id_or_name) const;

    /** Find a task by its id. */
    std::optional<entity_key> find_task(entity_key job, std::string_view id) const;

    /** Make one number of a pair, from which all chance about it follows. */
    std::uint64_t pair_key(entity_key job, entity_key task) const;

    std::size_t jobs() const noexcept
    {
        return jobs_;
    }

    std::size_t tasks_per_job() const noexcept
    {
        return tasks_per_job_;
    }

private:
    std::optional<entity_key> find_stranger(std::string_view id, std::optional<guid> const& as_guid) const;

    block_seal ids_;
    block_seal hash_;
    std::size_t jobs_;
    std::size_t tasks_per_job_;
    strangers unknown_;
};

/** Mix a key and the purpose of a draw into 64 bits of chance (the finaliser of splitmix64, public domain). */
constexpr std::uint64_t draw(std::uint64_t key, std::uint64_t purpose) noexcept
{
    std::uint64_t z = key + (purpose + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/** Turn chance into a number from 0 to below 1. */
constexpr double unit(std::uint64_t chance) noexcept
{
    return static_cast<double>(chance >> 11) * 0x1p-53;
}

}  // namespace batch_cancel::simulator
