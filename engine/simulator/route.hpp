#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace batch_cancel::simulator
{

/** What a request target names. The first three, up to `bad_query`, are no resources. */
enum class resource : unsigned char
{
    /** The API version is none of Graph's. */
    no_version,
    /** The version is right, and nothing is known under the path. */
    nothing,
    /** The query cannot be understood. */
    bad_query,
    jobs,
    job,
    job_cancel,
    tasks,
    task,
    task_cancel,
};

/** A request target taken apart. Strings keep their capacity. */
struct route
{
    resource names = resource::nothing;
    /** "v1.0" or "beta". */
    std::string_view version = "v1.0";
    /** Decoded; id or display name. */
    std::string job{};
    std::string task{};
    /** `$top`, if it was given. */
    std::optional<std::size_t> top{};
    /** Index at which the page begins, from `$skiptoken`. */
    std::size_t skip = 0;
};

/** Take a request target apart. Path segments count in any case; keys may stand behind a slash or in parentheses. */
void parse_route(std::string_view target, route& into);

}  // namespace batch_cancel::simulator
