#pragma once

#include "wire/wiped_string.hpp"

#include <batch_cancel/endpoint.hpp>
#include <batch_cancel/options.hpp>
#include <batch_cancel/token_text.hpp>

#include <string>
#include <string_view>

namespace batch_cancel::wire
{

/** Tell whether a bearer token can stand in a header: visible ASCII, 1 to `longest_token` bytes. Anything else could end the
    header line and begin another. */
bool is_sendable_token(std::string_view token) noexcept;

/** Writes cancel requests. What is the same for all of them is prepared once; a request costs a few copies. */
class request_template
{
public:
    /** @param options  API version and user agent are used; they are valid (see validate). */
    request_template(endpoint const& service, engine_options const& options);

    /** Use this bearer token from now on. The one before is overwritten.
        @pre is_sendable_token(token), or it is empty: then nothing is written until there is another one. */
    void use_token(std::string_view token);

    /** Write over `out` the request that cancels one task: the bytes for the wire, whole.

        The form is that of Microsoft's reference page, with `Content-Length: 0`, without which Graph answers 411.
        @pre is_sendable_id(job_id) && is_sendable_id(task_id) */
    void write_cancel(wiped_string& out, std::string_view job_id, std::string_view task_id,
                      std::string_view client_request_id) const;

private:
    std::string before_job_;     // method and path up to the job id
    wiped_string after_task_;    // rest of the path and the headers up to the request id
    std::string fixed_headers_;  // part of after_task_ that comes before the token
};

}  // namespace batch_cancel::wire
