#include "wire/request_template.hpp"

#include "wire/ids.hpp"

#include <algorithm>

namespace batch_cancel::wire
{

namespace
{

constexpr std::string_view before_token = "Authorization: Bearer ";
constexpr std::string_view after_token = "\r\nclient-request-id: ";

}  // namespace

bool is_sendable_token(std::string_view token) noexcept
{
    return !token.empty() && token.size() <= longest_token &&
           std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

request_template::request_template(endpoint const& service, engine_options const& options)
{
    before_job_ =
        "POST " + service.base_path() + '/' + options.api_version + "/solutions/migrations/crossTenantMigrationJobs/";
    fixed_headers_ = "/cancel HTTP/1.1\r\n"
                     "Host: " +
                     service.authority() + "\r\n";
    if (!options.user_agent.empty())
        fixed_headers_ += "User-Agent: " + options.user_agent + "\r\n";
    fixed_headers_ += "Accept: application/json\r\n"
                      "Content-Length: 0\r\n";
}

void request_template::use_token(std::string_view token)
{
    wipe(after_task_);
    after_task_.reserve(fixed_headers_.size() + before_token.size() + token.size() + after_token.size());
    after_task_ += fixed_headers_;
    after_task_ += before_token;
    after_task_ += token;
    after_task_ += after_token;
}

void request_template::write_cancel(wiped_string& out, std::string_view job_id, std::string_view task_id,
                                    std::string_view client_request_id) const
{
    out.assign(before_job_);
    append_path_segment(out, job_id);
    out += "/users/";
    append_path_segment(out, task_id);
    out += after_task_;
    out += client_request_id;
    out += "\r\n\r\n";
}

}  // namespace batch_cancel::wire
