#include "cli/input/pair_hasher.hpp"

#include "cli/input/ids.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <cstring>
#include <stdexcept>

namespace batch_cancel::cli
{

namespace
{

using joined_ids = std::array<char, 2 * longest_id + 1>;

EVP_MAC_CTX* as_mac(void* context) noexcept
{
    return static_cast<EVP_MAC_CTX*>(context);
}

char small(char letter) noexcept
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

}  // namespace

void pair_hasher::mac_deleter::operator()(void* context) const noexcept
{
    EVP_MAC_CTX_free(as_mac(context));
}

pair_hasher::pair_hasher()
{
    std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> const method{EVP_MAC_fetch(nullptr, "SIPHASH", nullptr),
                                                                   &EVP_MAC_free};
    if (method != nullptr)
        context_.reset(EVP_MAC_CTX_new(method.get()));
    if (context_ == nullptr || RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
        throw std::runtime_error{"OpenSSL gives no SipHash or no random bytes, which finding duplicates needs"};
}

pair_hash pair_hasher::operator()(pair const& hashed)
{
    joined_ids ids;
    auto* end = copy_comparable(hashed.job_id, ids.data());
    *end++ = '\0';
    end = copy_comparable(hashed.task_id, end);
    std::array<unsigned char, 16> digest{};
    std::size_t size = 0;
    auto* const mac = as_mac(context_.get());
    bool const done = EVP_MAC_init(mac, key_.data(), key_.size(), nullptr) == 1 &&
                      EVP_MAC_update(mac, reinterpret_cast<unsigned char const*>(ids.data()),
                                     static_cast<std::size_t>(end - ids.data())) == 1 &&
                      EVP_MAC_final(mac, digest.data(), &size, digest.size()) == 1;
    if (!done || size != digest.size())
        throw std::runtime_error{"OpenSSL could not hash a pair"};
    pair_hash hash;
    std::memcpy(&hash.high, digest.data(), sizeof hash.high);
    std::memcpy(&hash.low, digest.data() + sizeof hash.high, sizeof hash.low);
    return hash;
}

unsigned shard_of(pair const& placed, unsigned count)
{
    joined_ids ids;
    auto* end = ids.data();
    for (char const letter : placed.job_id)
        *end++ = small(letter);
    *end++ = '\0';
    for (char const letter : placed.task_id)
        *end++ = small(letter);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<unsigned char const*>(ids.data()), static_cast<std::size_t>(end - ids.data()),
           digest.data());
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i != sizeof prefix; ++i)
        prefix = prefix << 8 | digest[i];
    return static_cast<unsigned>(prefix % count) + 1;
}

}  // namespace batch_cancel::cli
