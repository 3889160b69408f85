#include "pairs/pair_key.hpp"

#include <boost/container_hash/hash.hpp>
#include <boost/system/system_error.hpp>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstring>

namespace batch_cancel::pairs
{

namespace
{

void check(bool worked, char const* missing)
{
    if (!worked)
        throw boost::system::system_error(make_error_code(boost::system::errc::not_supported), missing);
}

void draw(void* into, int bytes)
{
    check(RAND_bytes(static_cast<unsigned char*>(into), bytes) == 1, "OpenSSL gives no random bytes");
}

// Its length before each id: no two pairs give the same text.
void append_id(std::string& out, std::string_view id)
{
    auto const append_bytes = [&out](auto const& value)
    { out.append(reinterpret_cast<char const*>(&value), sizeof value); };
    if (auto const as_guid = parse_guid(id))
    {
        append_bytes(~std::uint64_t{0});
        append_bytes(*as_guid);
        return;
    }
    append_bytes(std::uint64_t{id.size()});
    out += id;
}

}  // namespace

class key_maker::text_hash
{
public:
    text_hash()
    {
        constexpr auto missing = "OpenSSL has no BLAKE2s";
        std::array<unsigned char, 32> key{};
        draw(key.data(), static_cast<int>(key.size()));
        std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> const method{EVP_MAC_fetch(nullptr, "BLAKE2SMAC", nullptr),
                                                                       &EVP_MAC_free};
        check(method != nullptr, missing);
        context_.reset(EVP_MAC_CTX_new(method.get()));
        check(context_ != nullptr && EVP_MAC_init(context_.get(), key.data(), key.size(), nullptr) == 1, missing);
    }

    pair_key operator()(std::string_view job_id, std::string_view task_id)
    {
        text_.clear();
        append_id(text_, job_id);
        append_id(text_, task_id);
        auto* const context = context_.get();
        std::array<unsigned char, sizeof(pair_key)> digest{};
        std::size_t length = 0;
        check(EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
                  EVP_MAC_update(context, reinterpret_cast<unsigned char const*>(text_.data()), text_.size()) == 1 &&
                  EVP_MAC_final(context, digest.data(), &length, digest.size()) == 1 && length == digest.size(),
              "OpenSSL could not hash a pair");
        pair_key key;
        std::memcpy(key.words.data(), digest.data(), digest.size());
        return key;
    }

private:
    struct free_context
    {
        void operator()(EVP_MAC_CTX* context) const noexcept
        {
            EVP_MAC_CTX_free(context);
        }
    };

    std::unique_ptr<EVP_MAC_CTX, free_context> context_;
    std::string text_;
};

key_maker::key_maker()
{
    draw(&seed_, sizeof seed_);
}

key_maker::key_maker(key_maker&&) noexcept = default;
key_maker& key_maker::operator=(key_maker&&) noexcept = default;
key_maker::~key_maker() = default;

pair_key key_maker::operator()(std::string_view job_id, std::string_view task_id)
{
    if (job_id != last_job_id_)
    {
        last_job_id_ = job_id;
        last_job_ = parse_guid(job_id);
    }
    auto const task = last_job_ ? parse_guid(task_id) : std::nullopt;
    if (!task)
        return hashed(job_id, task_id);
    return {{(*last_job_)[0], (*last_job_)[1], (*task)[0], (*task)[1]}};
}

pair_key key_maker::hashed(std::string_view job_id, std::string_view task_id)
{
    if (!text_hash_)
        text_hash_ = std::make_unique<text_hash>();
    return (*text_hash_)(job_id, task_id);
}

std::uint64_t key_maker::place_of(pair_key const& key) const noexcept
{
    std::size_t place = seed_;
    for (auto const word : key.words)
        boost::hash_combine(place, word);
    return place;
}

}  // namespace batch_cancel::pairs
