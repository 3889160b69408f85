#pragma once

#include <batch_cancel/result.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace batch_cancel::journal_format
{

/** A keyed 128-bit hash of a pair: whoever chooses the ids cannot make two pairs look the same. */
struct pair_key
{
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    bool operator==(pair_key const&) const = default;
};

struct pair_key_hash
{
    using is_avalanching = void;

    std::size_t operator()(pair_key const& key) const noexcept
    {
        return key.low;
    }
};

/** What is known of a pair, in 8 bytes. */
struct pair_state
{
    /** When its standing result was known, in milliseconds since 1970. */
    std::uint64_t time_ms : 42 = 0;
    std::uint64_t outcome : 2 = 0;
    std::uint64_t reason : 4 = 0;
    /** It has a result. */
    std::uint64_t settled : 1 = 0;
    /** A result or an `unprocessed` record of it is ambiguous. */
    std::uint64_t ambiguous : 1 = 0;
    /** It may be admitted without a record of that having come to the disk. */
    std::uint64_t planned : 1 = 0;
    /** It was admitted, and nothing after that tells how its attempts ended. */
    std::uint64_t in_flight : 1 = 0;
    /** It may have been sent before. */
    std::uint64_t begun : 1 = 0;
    /** It has an `unprocessed` record. */
    std::uint64_t left : 1 = 0;
    /** It has been met in this pass. */
    std::uint64_t met : 1 = 0;
    /** Number of the journal that named it last, from 1. */
    std::uint64_t journal : 9 = 0;
};
static_assert(sizeof(pair_state) == 8);

/** The latest time that a state can hold, in milliseconds since 1970: some 139 years. */
inline constexpr std::uint64_t latest_ms = (std::uint64_t{1} << 42) - 1;

/** A time as a state holds it. */
inline std::uint64_t state_time(std::chrono::system_clock::time_point time) noexcept
{
    auto const since = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(since, 0, latest_ms));
}

/** The largest number of a journal. */
inline constexpr std::size_t most_journals = 511;

/** What is known of each pair. */
class pair_index
{
public:
    pair_index();

    /** GUIDs are the same without regard to case. */
    pair_key key_of(std::string_view job_id, std::string_view task_id);

    pair_key key_of(pair const& pair)
    {
        return key_of(pair.job_id, pair.task_id);
    }

    /** Find a pair, or make it known. Valid until the next call. */
    pair_state& operator[](pair_key const& key)
    {
        return tables_[key.high >> 58][key];
    }

    /** Find a pair; null if it is not known. Valid until one is made known. */
    pair_state* find(pair_key const& key) noexcept;

    template <class Visit>
    void for_each(Visit visit) const
    {
        for (auto const& part : tables_)
        {
            for (auto const& [key, state] : part)
                visit(key, state);
        }
    }

    template <class Visit>
    void for_each(Visit visit)
    {
        for (auto& part : tables_)
        {
            for (auto& [key, state] : part)
                visit(key, state);
        }
    }

private:
    struct free_mac
    {
        void operator()(EVP_MAC_CTX* mac) const noexcept
        {
            EVP_MAC_CTX_free(mac);
        }
    };

    using table = boost::unordered_flat_map<pair_key, pair_state, pair_key_hash>;

    std::unique_ptr<EVP_MAC_CTX, free_mac> mac_;
    std::string text_;
    // Each table grows by itself: at no moment is there more than one that exists twice.
    std::array<table, 64> tables_;
};

}  // namespace batch_cancel::journal_format
