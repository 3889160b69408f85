#pragma once

#include <batch_cancel/secret_text.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
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
        @par Errors  An exception says that no token can be had; its text is shown, so it must hold no secret. */
    virtual boost::asio::awaitable<access_token> get(std::uint64_t refused) = 0;
};

/** One token that never changes. */
std::unique_ptr<token_source> make_fixed_token(secret_text value);

/** A token in a file, read again at each request for another one: whoever renews it replaces the file. Blanks and
    line ends around the token are taken off.

    @par Errors  `get` throws described_error with errc::token_not_available and the path if the file cannot be read or holds no token. */
std::unique_ptr<token_source> make_file_token(std::filesystem::path file);

}  // namespace batch_cancel
