#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace batch_cancel::simulator
{

/** What becomes of the connection after an answer. */
enum class afterwards : std::uint8_t
{
    keep,
    /** End TLS and close. */
    close,
    /** Close without ending TLS. */
    close_rudely,
    reset,
    /** Keep it open and say nothing more. */
    stall,
};

/** The bytes of an answer, when to send them, and what to do then. */
struct reply
{
    std::string bytes{};
    std::chrono::steady_clock::duration delay{};
    afterwards then = afterwards::keep;
};

/** The header line that answers with an OData document have besides. */
inline constexpr std::string_view odata_line = "OData-Version: 4.0\r\n";

/** The ids of an exchange. */
struct exchange_ids
{
    std::string_view request_id;
    std::string_view client_request_id;
};

/** The civil time in the two forms that an answer has, made anew once a second. */
class date_text
{
public:
    void update();

    /** As a Date header says it. */
    std::string_view http() const noexcept
    {
        return http_;
    }

    /** As an error's innerError says it. */
    std::string_view iso() const noexcept
    {
        return iso_;
    }

private:
    std::chrono::sys_seconds shown_{};
    std::string http_{};
    std::string iso_{};
};

/** What an answer's header says beside the usual. */
struct reply_head
{
    unsigned status = 200;
    std::string_view content_type = "application/json";
    /** Whole lines, each with its CRLF. */
    std::string_view more{};
    /** Zero says nothing. */
    std::chrono::seconds retry_after{};
    bool says_close = false;
};

/** Append a whole answer. */
void append_reply(std::string& out, reply_head const& head, exchange_ids const& ids, date_text const& date,
                  std::string_view body);

}  // namespace batch_cancel::simulator
