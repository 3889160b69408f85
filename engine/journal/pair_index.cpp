#include "journal/pair_index.hpp"

#include <boost/system/system_error.hpp>

#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstring>
#include <string_view>

namespace batch_cancel::journal_format
{

namespace
{

constexpr std::size_t hash_size = sizeof(pair_key);

void check(bool worked)
{
    if (!worked)
        throw boost::system::system_error(make_error_code(boost::system::errc::not_supported),
                                          "the hash function SipHash cannot be used");
}

constexpr std::size_t guid_size = 36;

// What a byte of a GUID is in lower case; 0 for a byte that none has.
constexpr auto guid_bytes = []
{
    std::array<char, 256> table{};
    for (char const c : std::string_view("0123456789abcdef-"))
        table[static_cast<unsigned char>(c)] = c;
    for (char const c : std::string_view("ABCDEF"))
        table[static_cast<unsigned char>(c)] = static_cast<char>(c - 'A' + 'a');
    return table;
}();

// Copy a GUID in lower case; false if it is none, with anything copied.
bool copy_guid(std::string_view id, char* out) noexcept
{
    unsigned dashes = 0;
    bool fits = true;
    for (std::size_t i = 0; i < guid_size; ++i)
    {
        out[i] = guid_bytes[static_cast<unsigned char>(id[i])];
        fits &= out[i] != 0;
        dashes += out[i] == '-';
    }
    return fits && dashes == 4 && out[8] == '-' && out[13] == '-' && out[18] == '-' && out[23] == '-';
}

// Tell whether some of the 36 bytes may be capitals: those have bit 6 and not bit 5. Most GUIDs have none, and are as they are.
bool may_have_capitals(std::string_view id) noexcept
{
    constexpr std::uint64_t bit_6 = 0x4040404040404040;
    std::uint64_t found = 0;
    for (std::size_t const at : {0U, 8U, 16U, 24U, 28U})
    {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, id.data() + at, sizeof bytes);
        found |= bytes & ~(bytes << 1) & bit_6;
    }
    return found != 0;
}

void append_id(std::string& out, std::string_view id)
{
    char lower[guid_size];
    if (id.size() == guid_size && may_have_capitals(id) && copy_guid(id, lower))
        out.append(lower, guid_size);
    else
        out += id;
}

}  // namespace

pair_index::pair_index()
{
    unsigned char key[16];
    check(RAND_bytes(key, sizeof key) == 1);
    std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> const kind(EVP_MAC_fetch(nullptr, "SIPHASH", nullptr),
                                                                 &EVP_MAC_free);
    check(kind != nullptr);
    mac_.reset(EVP_MAC_CTX_new(kind.get()));
    check(mac_ != nullptr);
    std::size_t size = hash_size;
    OSSL_PARAM const parameters[] = {OSSL_PARAM_construct_size_t("size", &size), OSSL_PARAM_construct_end()};
    check(EVP_MAC_init(mac_.get(), key, sizeof key, parameters) == 1);
}

pair_key pair_index::key_of(std::string_view job_id, std::string_view task_id)
{
    text_.clear();
    append_id(text_, job_id);
    text_ += '\0';  // no id holds one
    append_id(text_, task_id);
    unsigned char hash[hash_size];
    std::size_t length = 0;
    auto* const mac = mac_.get();
    auto const* const bytes = reinterpret_cast<unsigned char const*>(text_.data());
    check(EVP_MAC_init(mac, nullptr, 0, nullptr) == 1 && EVP_MAC_update(mac, bytes, text_.size()) == 1 &&
          EVP_MAC_final(mac, hash, &length, sizeof hash) == 1 && length == sizeof hash);
    pair_key key;
    std::memcpy(&key, hash, sizeof key);
    return key;
}

pair_state* pair_index::find(pair_key const& key) noexcept
{
    auto& part = tables_[key.high >> 58];
    auto const found = part.find(key);
    return found == part.end() ? nullptr : &found->second;
}

}  // namespace batch_cancel::journal_format
