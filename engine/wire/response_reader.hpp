#pragma once

#include "wire/body_budget.hpp"

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::wire
{

/** Bounds of one response. */
struct response_bounds
{
    /** Status line and fields, interim responses apart. Below 64 KiB: there Beast 345 throws out of the event loop when it
        stores a longer value. */
    std::size_t header = 48 * 1024;
    std::size_t body = 1024 * 1024;
    /** Interim (1xx) responses before the final one. */
    unsigned interim = 8;
    /** Chunk sizes, chunk extensions, interim responses and trailers: what is neither header nor body. */
    std::size_t overhead = 64 * 1024;
};

/** How the body of an answer came. Whatever it is, the status line stands. */
enum class body_state
{
    complete,
    /** The stream ended, or was given up, before the body did. */
    cut,
    /** Beyond the bound; what came before it is kept. */
    too_long,
    /** Its framing could not be read; what came before that is kept. */
    broken,
};

/** What the header block of a final response says, as far as this program cares. */
struct response_head
{
    unsigned status = 0;
    std::string request_id{};
    /** Values of Retry-After, at most four, blanks taken off. */
    std::vector<std::string> retry_after{};
    /** Value of Date; empty if absent. */
    std::string date{};
    /** A WWW-Authenticate field asks for more claims (conditional access, continuous access evaluation). */
    bool insufficient_claims = false;
};

/** Reads one response after the other from the bytes of a connection, without doing I/O: ask for `space`, read into it, say
    how much came.

    Stricter than HTTP must be where a lenient reading could credit bytes to the wrong request: a response whose header is
    not clean is `unusable`, whatever its status. Once the header is clean, nothing that follows can change the status; it
    can only cost the connection (`can_reuse`).

    Buffers are kept from one response to the next; nothing is allocated once they have grown. A body of more than 16 KiB
    takes room in a budget that all readers share. Where that has none, the body is read and counted, but not kept. */
class response_reader
{
public:
    enum class progress
    {
        /** More bytes are wanted. */
        more,
        /** The response is over as far as this program cares: `head` and `body` can be looked at. */
        complete,
        /** There is no clean header; `fault` says why. */
        unusable,
    };

    /** @param bodies  Not owned; null if bodies have no bound in common. */
    explicit response_reader(response_bounds bounds = {}, body_budget* bodies = nullptr);
    ~response_reader();

    response_reader(response_reader const&) = delete;
    response_reader& operator=(response_reader const&) = delete;

    /** Begin the next response. Bytes left over from the last one are forgotten. */
    void restart();

    /** Where to read the next bytes to: never empty. */
    boost::asio::mutable_buffer space();

    /** Take in the first `bytes` of `space`. */
    progress received(std::size_t bytes);

    /** Take in that no more bytes will come: the stream ended, or waiting ended. */
    progress ended();

    bool has_any_byte() const noexcept
    {
        return wire_bytes_ > 0;
    }

    bool has_head() const noexcept;

    /** @pre has_head() */
    response_head const& head() const noexcept
    {
        return head_;
    }

    /** Empty if there was no room to keep it. */
    std::string& body() noexcept
    {
        return body_;
    }

    /** Give back the room that a long body has taken, and forget that body. */
    void release_body()
    {
        if (share_.held() != 0)
            free_body();
    }

    batch_cancel::wire::body_state body_state() const noexcept
    {
        return body_state_;
    }

    /** The connection is in step: nothing left over, no trailer, framing by length or chunks, and the service keeps it. */
    bool can_reuse() const noexcept;

    /** Why the response is unusable. */
    std::string_view fault() const noexcept
    {
        return fault_;
    }

private:
    class parser;

    progress parse();
    progress fail(std::string_view why);
    void begin_next_message();
    bool over_bounds() const noexcept;
    void make_room();
    void free_body();

    response_bounds bounds_;
    body_budget::share share_;
    std::unique_ptr<parser> parser_;
    std::vector<char> buffer_;
    std::size_t from_{0};          // first byte not parsed yet
    std::size_t to_{0};            // end of the bytes read
    std::size_t header_bytes_{0};  // of the message being read
    std::size_t wire_bytes_{0};    // of the whole response
    unsigned interim_{0};
    response_head head_;
    std::string body_;
    batch_cancel::wire::body_state body_state_{batch_cancel::wire::body_state::complete};
    bool finished_{false};
    bool wants_more_of_chunk_header_{false};
    std::string fault_;
};

}  // namespace batch_cancel::wire
