#pragma once

#include <batch_cancel/secret_text.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace batch_cancel
{

/** A bearer token and which one of its source's it is. */
struct access_token
{
    /** Visible ASCII without blanks, at most 64 KiB; checked by the engine before it is put into a header. Never logged, and
        overwritten when it is no longer used. */
    secret_text value{};

    /** Differs for two tokens of one source that have different values. Never 0. */
    std::uint64_t generation = 0;

    /** When it expires, if the source knows. Of a JSON web token the engine finds out by itself. */
    std::optional<std::chrono::system_clock::time_point> expires{};
};

/** Where tokens come from.

    @par Thread safety  Asked on the run's strand, one call at a time: the engine shares one answer among all lanes. */
class token_source
{
public:
    virtual ~token_source() = default;

    /** Get the token to use now.

        The engine asks before the first request and after the service has refused a token.

        @param refused  Generation of the token that the service has refused, 0 if none. Give another one if there is
                        another; the same one says that no other can be had.
        @par Cancellation  Terminal: gives up.
        @par Errors  An exception says that no token can be had; its text is shown, so it must hold no secret. With the code
                     errc::token_not_ready it says that there may be one in a moment. */
    virtual boost::asio::awaitable<access_token> get(std::uint64_t refused) = 0;

    /** Tell whether there can be another token than the first one some time. If so, the engine waits for one when a token that
        has worked, or has expired, is refused: see engine_options::token_wait. It then calls `get` twice a second. */
    virtual bool can_change() const noexcept
    {
        return false;
    }

    /** Tell whether there is perhaps another token than the one that `get` gave last, though nobody has refused that. Asked
        about once a second while requests are sent, if the source can change: must not block for long. If so, `get(0)` is
        called, and a token that it gives is used from then on. */
    virtual bool has_news() noexcept
    {
        return false;
    }

    /** What an operator knows the source by: "the token file /run/token". */
    virtual std::string name() const
    {
        return "the token source";
    }
};

/** One token that never changes. */
std::unique_ptr<token_source> make_fixed_token(secret_text value);

/** A token in a file, which whoever renews it replaces or writes anew: it is read again when the file has changed, and when a
    token was refused. All that `read_token` understands may be in it.

    @par Errors  `get` throws described_error, which names the path: errc::token_not_ready if the file is not there, empty or
                 half-written, errc::token_not_available if it cannot be read, is no regular file, or holds something other than a token. */
std::unique_ptr<token_source> make_file_token(std::filesystem::path file);

}  // namespace batch_cancel
