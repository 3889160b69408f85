#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace batch_cancel::wire
{

/** Longest text of the service that is kept, in bytes. */
inline constexpr std::size_t longest_kept_text = 2048;

/** What the body of an answer to a cancel says: that of a cancel response, a Graph error, or neither. Texts are valid UTF-8
    of at most `longest_kept_text` bytes; one that is absent is empty. */
struct answer_texts
{
    /** `status` of a crossTenantMigrationCancelResponse. */
    std::string service_status{};
    /** `message` of either, or the body itself if it is no JSON. */
    std::string message{};
    /** `error.code` of a Graph error, else the innermost code inside it. */
    std::string error_code{};
    /** `request-id` inside `error.innerError`; stands in where the header is missing. */
    std::string request_id{};
};

/** Tell whether a message is Graph's for a path with a segment that it does not know, as in a version without the resource. */
bool names_unknown_segment(std::string_view message) noexcept;

/** Reads the JSON of answers. Tolerant: unknown members, absent ones, other types, HTML and nothing at all are no errors,
    since a body never decides how a pair ends.

    One reader serves many connections, one body at a time. Keeps its buffers. */
class answer_reader
{
public:
    answer_reader();
    ~answer_reader();

    answer_reader(answer_reader const&) = delete;
    answer_reader& operator=(answer_reader const&) = delete;

    /** Read a body over `texts`.

        @param body  Its capacity may grow by the padding that the parser wants; its content stays. */
    void read(std::string& body, answer_texts& texts);

private:
    class parser;

    std::unique_ptr<parser> parser_;
};

}  // namespace batch_cancel::wire
