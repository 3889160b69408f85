#include "simulator/route.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/url/params_encoded_view.hpp>
#include <boost/url/parse_query.hpp>
#include <boost/url/pct_string_view.hpp>

#include <charconv>

namespace batch_cancel::simulator
{

namespace
{

namespace urls = boost::urls;
using boost::beast::iequals;

// Walks the segments of a path, which are given as they stand, still encoded.
class segments
{
public:
    explicit segments(std::string_view path)
        : rest_(path)
    {
    }

    bool at_end() const noexcept
    {
        return rest_.empty() || rest_ == "/";
    }

    std::string_view next() noexcept
    {
        if (!rest_.starts_with('/'))
            return {};
        rest_.remove_prefix(1);
        auto const segment = rest_.substr(0, rest_.find('/'));
        rest_.remove_prefix(segment.size());
        return segment;
    }

private:
    std::string_view rest_;
};

bool decode(std::string_view segment, std::string& into)
{
    if (segment.find('%') == std::string_view::npos)
    {
        into.assign(segment);
        return !into.empty();
    }
    auto const encoded = urls::make_pct_string_view(segment);
    if (!encoded)
        return false;
    encoded->decode({}, urls::string_token::assign_to(into));
    return !into.empty();
}

// What stands in the parentheses of an OData key: 'VALUE' or NAME='VALUE', each quote in the value doubled.
bool take_quoted(std::string_view key, std::string_view name, std::string& into)
{
    if (key.size() > name.size() && iequals(key.substr(0, name.size()), name) && key[name.size()] == '=')
        key.remove_prefix(name.size() + 1);
    if (key.size() < 3 || key.front() != '\'' || key.back() != '\'')
        return false;
    key = key.substr(1, key.size() - 2);
    into.clear();
    for (std::size_t i = 0; i < key.size(); ++i)
    {
        into += key[i];
        if (key[i] == '\'')
        {
            if (i + 1 == key.size() || key[i + 1] != '\'')
                return false;
            ++i;
        }
    }
    return true;
}

enum class key_found
{
    no_such_collection,
    none,
    one,
};

// A collection and, behind a slash or in parentheses, the key of one of its members.
key_found take_collection(segments& path, std::string_view name, std::string_view key_name, std::string& key)
{
    auto const segment = path.next();
    if (iequals(segment, name))
    {
        if (path.at_end())
            return key_found::none;
        return decode(path.next(), key) ? key_found::one : key_found::no_such_collection;
    }
    std::string decoded;
    if (!decode(segment, decoded) || decoded.size() < name.size() + 2 ||
        !iequals(std::string_view(decoded).substr(0, name.size()), name) || decoded[name.size()] != '(' ||
        decoded.back() != ')')
        return key_found::no_such_collection;
    auto const inside = std::string_view(decoded).substr(name.size() + 1, decoded.size() - name.size() - 2);
    return take_quoted(inside, key_name, key) ? key_found::one : key_found::no_such_collection;
}

resource find_task(segments& path, route& into)
{
    switch (take_collection(path, "users", "id", into.task))
    {
    case key_found::no_such_collection:
        return resource::nothing;
    case key_found::none:
        return resource::tasks;
    case key_found::one:
        break;
    }
    if (path.at_end())
        return resource::task;
    return iequals(path.next(), "cancel") && path.at_end() ? resource::task_cancel : resource::nothing;
}

resource find_resource(segments path, route& into)
{
    auto const version = path.next();
    if (iequals(version, "beta"))
        into.version = "beta";
    else if (iequals(version, "v1.0"))
        into.version = "v1.0";
    else
        return resource::no_version;
    if (!iequals(path.next(), "solutions") || !iequals(path.next(), "migrations"))
        return resource::nothing;
    switch (take_collection(path, "crossTenantMigrationJobs", "displayName", into.job))
    {
    case key_found::no_such_collection:
        return resource::nothing;
    case key_found::none:
        return resource::jobs;
    case key_found::one:
        break;
    }
    if (path.at_end())
        return resource::job;
    auto ahead = path;
    if (iequals(ahead.next(), "cancel") && ahead.at_end())
        return resource::job_cancel;
    return find_task(path, into);
}

std::optional<std::size_t> to_number(std::string_view text)
{
    std::size_t number = 0;
    auto const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end)
        return std::nullopt;
    return number;
}

// Query options that are not about paging are let pass, as Graph does with most.
bool read_query(std::string_view query, route& into)
{
    auto const parsed = urls::parse_query(query);
    if (!parsed)
        return false;
    for (auto const& param : urls::params_encoded_view(*parsed))
    {
        auto const name = param.key.decode();
        bool const is_top = iequals(name, "$top");
        if (!is_top && !iequals(name, "$skiptoken"))
            continue;
        auto const number = to_number(param.value.decode());
        if (!number || (is_top && *number == 0))
            return false;
        if (is_top)
            into.top = *number;
        else
            into.skip = *number;
    }
    return true;
}

}  // namespace

void parse_route(std::string_view target, route& into)
{
    into.job.clear();
    into.task.clear();
    into.top.reset();
    into.skip = 0;
    auto const mark = target.find('?');
    into.names = find_resource(segments(target.substr(0, mark)), into);
    if (mark != std::string_view::npos && !read_query(target.substr(mark + 1), into))
        into.names = resource::bad_query;
}

}  // namespace batch_cancel::simulator
