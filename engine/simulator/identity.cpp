#include "simulator/identity.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace batch_cancel::simulator
{

namespace
{

// First four bytes of what is sealed into an id, then eight of the job and four of the task.
constexpr std::uint32_t job_mark = 0x6a6f6221;
constexpr std::uint32_t task_mark = 0x7461736b;

struct sealed_fields
{
    std::uint32_t mark;
    std::uint64_t job;
    std::uint32_t task;
};

guid to_block(sealed_fields const& fields) noexcept
{
    guid block;
    std::memcpy(block.data(), &fields.mark, 4);
    std::memcpy(block.data() + 4, &fields.job, 8);
    std::memcpy(block.data() + 12, &fields.task, 4);
    return block;
}

sealed_fields from_block(guid const& block) noexcept
{
    sealed_fields fields;
    std::memcpy(&fields.mark, block.data(), 4);
    std::memcpy(&fields.job, block.data() + 4, 8);
    std::memcpy(&fields.task, block.data() + 12, 4);
    return fields;
}

std::uint64_t first_half(guid const& block) noexcept
{
    std::uint64_t half;
    std::memcpy(&half, block.data(), sizeof half);
    return half;
}

guid digest(std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    if (EVP_Digest(text.data(), text.size(), bytes.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("OpenSSL has no SHA-256");
    guid first;
    std::copy_n(bytes.begin(), first.size(), first.begin());
    return first;
}

std::string lower_case(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
    {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

guid apply(EVP_CIPHER_CTX* context, guid const& in)
{
    guid out;
    int length = 0;
    if (EVP_CipherUpdate(context, out.data(), &length, in.data(), static_cast<int>(in.size())) != 1)
        throw std::runtime_error("OpenSSL could not apply AES-128");
    return out;
}

std::optional<std::size_t> parse_job_name(std::string_view name)
{
    constexpr std::string_view prefix = "wave ";
    if (name.size() <= prefix.size() || lower_case(name.substr(0, prefix.size())) != prefix)
        return std::nullopt;
    std::size_t number = 0;
    auto const digits = name.substr(prefix.size());
    auto const end = digits.data() + digits.size();
    auto const read = std::from_chars(digits.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || number == 0)
        return std::nullopt;
    if (identity::job_name(number - 1).substr(prefix.size()) != digits)
        return std::nullopt;
    return number - 1;
}

}  // namespace

void block_seal::context_free::operator()(EVP_CIPHER_CTX* context) const noexcept
{
    EVP_CIPHER_CTX_free(context);
}

block_seal::cipher block_seal::make_cipher(guid const& key, int encrypts)
{
    cipher made(EVP_CIPHER_CTX_new());
    if (!made || EVP_CipherInit_ex(made.get(), EVP_aes_128_ecb(), nullptr, key.data(), nullptr, encrypts) != 1)
        throw std::runtime_error("OpenSSL has no AES-128");
    EVP_CIPHER_CTX_set_padding(made.get(), 0);  // with padding the last block of a decryption is held back
    return made;
}

block_seal::block_seal(std::uint64_t seed, std::string_view purpose)
{
    auto const key = digest(std::to_string(seed).append(1, '/').append(purpose));
    encrypt_ = make_cipher(key, 1);
    decrypt_ = make_cipher(key, 0);
}

guid block_seal::seal(guid const& plain) const
{
    return apply(encrypt_.get(), plain);
}

guid block_seal::open(guid const& sealed) const
{
    return apply(decrypt_.get(), sealed);
}

identity::identity(std::uint64_t seed, std::size_t jobs, std::size_t tasks_per_job, strangers unknown)
    : ids_(seed, "ids")
    , hash_(seed, "hash")
    , jobs_(jobs)
    , tasks_per_job_(tasks_per_job)
    , unknown_(unknown)
{
}

guid identity::job_id(entity_key job) const
{
    return ids_.seal(to_block({job_mark, job, 0}));
}

guid identity::task_id(entity_key job, entity_key task) const
{
    return ids_.seal(to_block({task_mark, job, static_cast<std::uint32_t>(task)}));
}

std::string identity::job_name(std::size_t job)
{
    auto digits = std::to_string(job + 1);
    if (digits.size() < 3)
        digits.insert(0, 3 - digits.size(), '0');
    return "Wave " + digits;
}

std::optional<entity_key> identity::find_job(std::string_view id_or_name) const
{
    auto const id = parse_guid(id_or_name);
    if (id)
    {
        auto const fields = from_block(ids_.open(*id));
        bool const has_job = fields.job < jobs_ || (!is_own(fields.job) && unknown_ == strangers::welcome);
        if (fields.mark == job_mark && fields.task == 0 && has_job)
            return fields.job;
    }
    else if (auto const job = parse_job_name(id_or_name); job && *job < jobs_)
        return *job;
    return find_stranger(id_or_name, id);
}

std::optional<entity_key> identity::find_task(entity_key job, std::string_view id_text) const
{
    auto const id = parse_guid(id_text);
    if (id)
    {
        auto const fields = from_block(ids_.open(*id));
        if (fields.mark == task_mark && fields.job == job && fields.task < tasks_per_job_)
            return fields.task;
    }
    return find_stranger(id_text, id);
}

std::optional<entity_key> identity::find_stranger(std::string_view id, std::optional<guid> const& as_guid) const
{
    if (unknown_ == strangers::refused || id.empty())
        return std::nullopt;
    auto const block = as_guid ? *as_guid : digest(lower_case(id));
    return first_half(hash_.seal(block)) | (std::uint64_t{1} << 63);
}

std::uint64_t identity::pair_key(entity_key job, entity_key task) const
{
    guid block;
    std::memcpy(block.data(), &job, 8);
    std::memcpy(block.data() + 8, &task, 8);
    return first_half(hash_.seal(block));
}

}  // namespace batch_cancel::simulator
