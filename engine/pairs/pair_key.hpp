#pragma once

#include "pairs/guid.hpp"

#include <batch_cancel/pair.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace batch_cancel::pairs
{

/** Stands for a pair: two are the same pair if their keys are equal. Of use only beside keys of the same `key_maker`. */
struct pair_key
{
    std::array<std::uint64_t, 4> words{};

    bool operator==(pair_key const&) const = default;
};

/** Makes the keys of pairs.

    GUIDs are the same without regard to case, so a pair of them is its own key. Any other pair has a hash of 256 bits
    (BLAKE2s, with a key drawn for each object), so that whoever chooses the ids cannot make two pairs look the same. */
class key_maker
{
public:
    /** @par Errors  Throws boost::system::system_error if OpenSSL gives no random bytes. */
    key_maker();
    ~key_maker();

    key_maker(key_maker&&) noexcept;
    key_maker& operator=(key_maker&&) noexcept;

    /** @par Errors  Throws boost::system::system_error if OpenSSL has no BLAKE2s and the pair wants it; std::bad_alloc. */
    pair_key operator()(std::string_view job_id, std::string_view task_id);

    pair_key operator()(pair const& named)
    {
        return (*this)(named.job_id, named.task_id);
    }

    /** Where in a table a key begins to be looked for. It differs from object to object, so that nobody can choose pairs
        that all begin in one place. */
    std::uint64_t place_of(pair_key const& key) const noexcept;

private:
    class text_hash;

    pair_key hashed(std::string_view job_id, std::string_view task_id);

    std::uint64_t seed_{0};
    std::string last_job_id_;  // mostly that of the next pair too
    std::optional<guid> last_job_;
    std::unique_ptr<text_hash> text_hash_;  // made when it is first wanted
};

}  // namespace batch_cancel::pairs
