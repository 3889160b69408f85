#include "wire/token_mask.hpp"

#include "wire/unescaped_text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace batch_cancel::wire
{

namespace
{

constexpr std::size_t usual_run = 16;
// A shorter one would be found in words.
constexpr std::size_t shortest_run = 8;
constexpr std::size_t window_size = sizeof(std::uint64_t);

constexpr std::string_view token_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=%";
constexpr std::string_view unreserved = token_letters.substr(0, 66);
constexpr std::string_view base64_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::array<std::string_view, 2> hex_digits{"0123456789abcdef", "0123456789ABCDEF"};

constexpr std::uint64_t each_byte = 0x0101010101010101;
constexpr std::uint64_t multiplier = 0x9e3779b97f4a7c15;

// Of the filter, for each letter of the forms: one in 32 windows or fewer is then suspected by mistake.
constexpr std::size_t bits_per_letter = 32;

std::uint64_t load(char const* at) noexcept
{
    std::uint64_t window = 0;
    std::memcpy(&window, at, window_size);
    return window;
}

std::uint64_t mixed(std::uint64_t value) noexcept
{
    value *= multiplier;
    value ^= value >> 32;
    return value * 0xd6e8feb86659fd93;
}

// A link in JSON in HTML, and one more; who writes more of them means to be read by nobody.
constexpr int most_layers = 4;

// No form of a token has a blank in it. A character behind a blank may count as one, too.
bool has_blank(std::uint64_t window) noexcept
{
    return ((window - 0x21 * each_byte) & ~window & 0x80 * each_byte) != 0;
}

constexpr std::uint64_t each_blank_as_plus(std::uint64_t window) noexcept
{
    constexpr auto lower_bits = 0x7f * each_byte;
    auto const unlike = window ^ (' ' * each_byte);
    auto const is_blank = ~(((unlike & lower_bits) + lower_bits) | unlike | lower_bits);
    return window ^ ((is_blank >> 7) * (' ' ^ '+'));
}

// The letters that code the text alone, for one of the places that its first bit can have in one of them: what stands
// before and behind it has a part in the letters at its ends.
wiped_string base64_form(std::string_view text, std::string_view letters, unsigned place)
{
    wiped_string form;
    form.reserve(text.size() * 4 / 3 + 1);
    std::uint32_t bits = 0;
    unsigned count = place;
    bool is_first = place != 0;
    for (char const byte : text)
    {
        bits = (bits << 8) | static_cast<unsigned char>(byte);
        for (count += 8; count >= 6; count -= 6)
        {
            if (!std::exchange(is_first, false))
                form += letters[(bits >> (count - 6)) & 63];
        }
    }
    return form;
}

void append_hex(wiped_string& to, char byte, std::string_view digits)
{
    auto const value = static_cast<unsigned char>(byte);
    to += digits[value >> 4];
    to += digits[value & 15];
}

wiped_string hex_form(std::string_view text, std::string_view digits)
{
    wiped_string form;
    form.reserve(2 * text.size());
    for (char const byte : text)
        append_hex(form, byte, digits);
    return form;
}

wiped_string percent_form(std::string_view text, std::string_view digits, std::string_view as_they_are)
{
    wiped_string form;
    form.reserve(3 * text.size());
    for (char const byte : text)
    {
        if (as_they_are.find(byte) != std::string_view::npos)
        {
            form += byte;
            continue;
        }
        form += '%';
        append_hex(form, byte, digits);
    }
    return form;
}

std::vector<wiped_string> forms_of(std::string_view token)
{
    std::vector<wiped_string> forms;
    auto const add = [&forms](wiped_string form)
    {
        if (std::find(forms.begin(), forms.end(), form) == forms.end())
            forms.push_back(std::move(form));
    };
    add(wiped_string(token));
    for (auto const letters : {base64_letters, base64url_letters})
        for (unsigned const place : {0u, 2u, 4u})
            add(base64_form(token, letters, place));
    for (auto const digits : hex_digits)
    {
        add(hex_form(token, digits));
        add(percent_form(token, digits, {}));
        add(percent_form(token, digits, unreserved));
    }
    return forms;
}

}  // namespace

token_mask::token_mask(std::string_view token)
{
    if (token.size() < shortest_run)
        return;
    run_ = std::min(usual_run, token.size());
    stride_ = run_ - window_size + 1;
    auto const forms = forms_of(token);
    std::size_t letters = 0;
    for (auto const& form : forms)
    {
        letters += form.size();
        has_plus_ = has_plus_ || form.find('+') != wiped_string::npos;
    }
    auto const slots = std::bit_ceil(letters + letters / 2);
    auto const bits = std::bit_ceil(letters * bits_per_letter);
    runs_.resize(slots);
    windows_.resize(bits / 64);
    runs_shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots));
    windows_shift_ = 64 - static_cast<unsigned>(std::countr_zero(bits));
    for (auto const& form : forms)
        add_form(form);
}

void token_mask::add_form(std::string_view form)
{
    for (std::size_t at = 0; at + window_size <= form.size(); ++at)
        add_window(load(form.data() + at));
    for (std::size_t at = 0; at + run_ <= form.size(); ++at)
        add_run(hash_of_run(form.data() + at));
}

// Equal runs have one place, so that a token of the same letter all over is no other than any.
void token_mask::add_run(std::uint64_t hash) noexcept
{
    auto at = hash >> runs_shift_;
    while (runs_[at] != 0 && runs_[at] != hash)
        at = (at + 1) & (runs_.size() - 1);
    runs_[at] = hash;
}

// One multiplication mixes well enough for a filter; its best bits are the first ones.
inline std::uint64_t token_mask::bit_of_window(std::uint64_t window) const noexcept
{
    return (window * multiplier) >> windows_shift_;
}

void token_mask::add_window(std::uint64_t window) noexcept
{
    auto const bit = bit_of_window(window);
    windows_[bit / 64] |= std::uint64_t{1} << (bit % 64);
}

inline bool token_mask::has_window(std::uint64_t window) const noexcept
{
    auto const bit = bit_of_window(window);
    return ((windows_[bit / 64] >> (bit % 64)) & 1) != 0;
}

inline std::uint64_t token_mask::window_at(char const* at) const noexcept
{
    auto const window = load(at);
    return has_plus_ ? each_blank_as_plus(window) : window;
}

// The first and the last bytes of a run may overlap. Never 0.
std::uint64_t token_mask::hash_of_run(char const* at) const noexcept
{
    auto const hash = mixed(mixed(window_at(at)) ^ std::rotl(window_at(at + run_ - window_size), 23));
    return hash != 0 ? hash : 1;
}

bool token_mask::has_run(char const* at) const noexcept
{
    auto const hash = hash_of_run(at);
    for (auto slot = hash >> runs_shift_; runs_[slot] != 0; slot = (slot + 1) & (runs_.size() - 1))
        if (runs_[slot] == hash)
            return true;
    return false;
}

bool token_mask::has_run_around(std::string_view text, std::size_t window) const noexcept
{
    auto const first = window - std::min(window, run_ - window_size);
    for (auto at = first; at <= window && at + run_ <= text.size(); ++at)
        if (has_run(text.data() + at))
            return true;
    return false;
}

bool token_mask::holds_run(std::string_view text) const noexcept
{
    for (std::size_t at = 0; at + window_size <= text.size(); at += stride_)
    {
        auto const window = window_at(text.data() + at);
        if (!has_blank(window) && has_window(window) && has_run_around(text, at))
            return true;
    }
    return false;
}

std::size_t token_mask::find_run(std::string_view text, std::size_t from) const noexcept
{
    for (auto at = from; at + run_ <= text.size(); ++at)
        if (has_run(text.data() + at))
            return at;
    return std::string_view::npos;
}

void token_mask::add_parts(unescaped_text const& seen, std::vector<part>& parts) const
{
    auto const all = seen.text();
    if (!holds_run(all))
        return;
    auto const is_letter = [all](std::size_t at) { return token_letters.find(all[at]) != std::string_view::npos; };
    std::size_t done = 0;
    for (auto at = find_run(all, 0); at != std::string_view::npos; at = find_run(all, done))
    {
        auto end = at + run_;
        while (end != all.size() && has_run(all.data() + end + 1 - run_))
            ++end;
        while (at != done && is_letter(at - 1))
            --at;
        while (end != all.size() && is_letter(end))
            ++end;
        parts.push_back({seen.source_of(at), seen.source_of(end)});
        done = end;
    }
}

// Each layer of escapes is looked at, since a token may hold by chance what looks like one.
void token_mask::replace_all(std::string& text) const
{
    constexpr std::string_view instead = "[token]";
    std::vector<part> parts;
    unescaped_text seen(text);
    add_parts(seen, parts);
    for (auto layer = 0; layer != most_layers && seen.unescape(); ++layer)
        add_parts(seen, parts);
    if (parts.empty())
        return;
    std::sort(parts.begin(), parts.end(), [](part const& left, part const& right) { return left.begin < right.begin; });
    std::string_view const all = text;
    std::string shown;
    std::size_t done = 0;
    for (auto const& each : parts)
    {
        if (each.begin >= done)
        {
            shown += all.substr(done, each.begin - done);
            shown += instead;
        }
        done = std::max(done, each.end);
    }
    shown += all.substr(done);
    wipe(text);
    text = std::move(shown);
}

}  // namespace batch_cancel::wire
