#pragma once

#include "wire/unescaped_text.hpp"
#include "wire/wiped_string.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::wire
{

/** Finds a bearer token in the texts of a peer, which may echo what it was sent: any 16 characters in a row of the token, or
    of its base64, base64url, hexadecimal or percent-encoded form, wherever in a text they stand, also if some or all of them
    are escaped (see unescaped_text) or a blank stands for a plus. Of a token of 8 to 15 characters as many as it has; a
    shorter one would be found in words, so it is not looked for.

    Made once per token, in about a millisecond for 2 KiB. A text without such characters and without escapes costs about four
    instructions for each of its characters. Holds hashes, from which a token could be found out, so they are overwritten as a
    token is. */
class token_mask
{
public:
    /** Finds nothing. */
    token_mask() = default;

    explicit token_mask(std::string_view token);

    /** Replace each part of the token by "[token]", and with it what goes on like a token on both sides. */
    void hide(std::string& text) const
    {
        if (text.size() >= run_ && run_ != 0 && (may_have_escapes(text) || holds_run(text)))
            replace_all(text);
    }

private:
    /** Of a text: what is hidden. */
    struct part
    {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    void add_form(std::string_view form);
    void add_run(std::uint64_t hash) noexcept;
    void add_window(std::uint64_t window) noexcept;
    std::uint64_t window_at(char const* at) const noexcept;
    std::uint64_t bit_of_window(std::uint64_t window) const noexcept;
    bool has_run(char const* at) const noexcept;
    bool has_window(std::uint64_t window) const noexcept;
    std::uint64_t hash_of_run(char const* at) const noexcept;
    std::size_t find_run(std::string_view text, std::size_t from) const noexcept;
    bool has_run_around(std::string_view text, std::size_t window) const noexcept;
    bool holds_run(std::string_view text) const noexcept;
    void add_parts(unescaped_text const& seen, std::vector<part>& parts) const;
    void replace_all(std::string& text) const;

    std::size_t run_{0};                     // characters in a row that are hidden
    std::size_t stride_{1};                  // of the windows looked at: every run has a whole one in it
    bool has_plus_{false};                   // then a blank may stand for it
    wiped_vector<std::uint64_t> runs_{};     // hashes of all runs of all forms; a set with open addressing, 0 is free
    wiped_vector<std::uint64_t> windows_{};  // a bit for each window of any form
    unsigned runs_shift_{0};
    unsigned windows_shift_{0};
};

}  // namespace batch_cancel::wire
