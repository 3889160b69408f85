#include "journal/pair_index.hpp"

#include <boost/system/system_error.hpp>

#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstring>
#include <functional>
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

// The pairs that a run plans ahead, and some more.
constexpr std::size_t remembered_keys = 8192;

constexpr std::size_t guid_size = 36;

// Copy a GUID in lower case; false if it is none, with anything copied. Without a branch in its loop, so that compilers take many
// bytes at once.
bool copy_guid(std::string_view id, char* out) noexcept
{
    int dashes = 0;
    int others = 0;
    for (std::size_t i = 0; i < guid_size; ++i)
    {
        char const letter = id[i];
        bool const is_capital = (letter >= 'A') & (letter <= 'F');
        char const lower = static_cast<char>(letter | (is_capital ? 0x20 : 0));
        bool const is_digit = (letter >= '0') & (letter <= '9');
        bool const is_letter = (lower >= 'a') & (lower <= 'f');
        out[i] = lower;
        dashes += letter == '-';
        others += !is_digit & !is_letter & (letter != '-');
    }
    return others == 0 && dashes == 4 && out[8] == '-' && out[13] == '-' && out[18] == '-' && out[23] == '-';
}

void append_id(std::string& out, std::string_view id)
{
    char lower[guid_size];
    if (id.size() == guid_size && copy_guid(id, lower))
        out.append(lower, guid_size);
    else
        out += id;
}

}  // namespace

pair_index::pair_index()
    : lately_(remembered_keys)
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
    auto& slot = lately_[std::hash<std::string_view>{}(text_) % lately_.size()];
    if (slot.text != text_)
    {
        slot.key = hash(text_);
        slot.text = text_;
    }
    return slot.key;
}

pair_key pair_index::hash(std::string_view text)
{
    unsigned char bytes[hash_size];
    std::size_t length = 0;
    auto* const mac = mac_.get();
    auto const* const begin = reinterpret_cast<unsigned char const*>(text.data());
    check(EVP_MAC_init(mac, nullptr, 0, nullptr) == 1 && EVP_MAC_update(mac, begin, text.size()) == 1 &&
          EVP_MAC_final(mac, bytes, &length, sizeof bytes) == 1 && length == sizeof bytes);
    pair_key key;
    std::memcpy(&key, bytes, sizeof key);
    return key;
}

pair_state* pair_index::find(pair_key const& key) noexcept
{
    auto& part = tables_[key.high >> 58];
    auto const found = part.find(key);
    return found == part.end() ? nullptr : &found->second;
}

}  // namespace batch_cancel::journal_format
