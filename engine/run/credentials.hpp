#pragma once

#include "core/token_wait.hpp"
#include "net/wait_list.hpp"
#include "wire/token_mask.hpp"

#include <batch_cancel/clock.hpp>
#include <batch_cancel/token_source.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::run
{

/** The token that all lanes share, and the one place that asks for another: whoever needs one while it is being asked for
    waits for that answer. Used on the run's strand. */
class credentials
{
public:
    credentials(boost::asio::any_io_executor strand, token_source& source);

    /** The token in use; generation 0 before the first has been had. */
    access_token const& current() const noexcept
    {
        return token_;
    }

    /** Tell whether it is time to see whether the source has news. At most once a second, and never for a token that cannot
        change. */
    bool wants_look(clock::time_point now) const noexcept
    {
        return now >= next_look_;
    }

    /** See whether the source has another token, though nobody has refused the current one. If so, it is the current one
        afterwards.
        @par Cancellation  Terminal: as the token source does. */
    boost::asio::awaitable<void> look(clock::time_point now);

    /** How things stand if there is no other token. */
    core::token_outlook outlook(std::chrono::system_clock::time_point now) const noexcept;

    /** Replace a token that the service refused; generation 0 asks for the first one.

        @return  True if `current` is another one now. False if none other can be had: `fault` says why, if that is known.
        @par Cancellation  Terminal: as the token source does. */
    boost::asio::awaitable<bool> replace(std::uint64_t refused);

    /** Hide in a text that a peer has sent what it echoes of tokens that requests carry. */
    void hide_tokens(std::string& text) const
    {
        for (auto const& each : masks_)
            each.mask.hide(text);
    }

    /** Forget the tokens before the current one, unless requests under way carry them, as a function of the generation says. */
    template <class Predicate>
    void forget_unless(Predicate is_under_way)
    {
        std::erase_if(masks_, [&](mask_of const& each)
                      { return each.generation != token_.generation && !is_under_way(each.generation); });
    }

    /** Forget every token: none will be sent any more. */
    void forget_all() noexcept;

    std::string const& fault() const noexcept
    {
        return fault_;
    }

    /** Let nobody wait any more. */
    void stop();

private:
    /** What hides a token, and which one's it is. */
    struct mask_of
    {
        std::uint64_t generation = 0;
        wire::token_mask mask{};
    };

    boost::asio::awaitable<void> ask(std::uint64_t refused);
    void use(access_token&& got);
    void note_fault(std::uint64_t refused, std::string what);

    token_source& source_;
    net::wait_list waiting_;
    access_token token_;
    std::vector<mask_of> masks_;  // of the current token and those of requests under way
    std::string fault_;
    std::optional<std::chrono::system_clock::time_point> expires_;
    clock::time_point next_look_{};
    bool is_unfinished_{false};  // the source said so when it was asked last
    bool asking_{false};
    bool stopped_{false};
};

}  // namespace batch_cancel::run
