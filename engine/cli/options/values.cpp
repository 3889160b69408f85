#include "cli/options/values.hpp"

#include "cli/input/columns.hpp"

#include <batch_cancel/simulator/simulator.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

template <class Number>
bool read_whole(std::string_view text, Number& into)
{
    auto const* const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, into);
    return read.ec == std::errc{} && read.ptr == end;
}

[[noreturn]] void refuse(std::string_view text, std::string_view remedy)
{
    throw std::invalid_argument{std::string{text}.append(": ").append(remedy)};
}

// What follows "fail=".
void read_halt(std::string_view text, halt_limits& into)
{
    bool const is_share = text.ends_with('%');
    if (is_share ? into.share != 0 : into.failed != 0)
        refuse(text, "a number and a share may be given, each once");
    if (!is_share)
    {
        into.failed = parse_count(text);
        return;
    }
    into.share = simulator::parse_share(text);
    if (into.share == 0)
        refuse(text, "a share of more than 0% is wanted; none turns it off");
}

using named_root = std::pair<std::string_view, std::string_view>;

constexpr std::array<named_root, 4> clouds{{
    {"global", "https://graph.microsoft.com"},
    {"usgov", "https://graph.microsoft.us"},
    {"dod", "https://dod-graph.microsoft.us"},
    {"china", "https://microsoftgraph.chinacloudapi.cn"},
}};

}  // namespace

std::chrono::steady_clock::duration parse_time_limit(std::string_view text)
{
    auto const limit = simulator::parse_duration(text);
    if (limit <= limit.zero())
        refuse(text, "a time limit must be greater than zero");
    return limit;
}

std::chrono::steady_clock::duration parse_optional_limit(std::string_view text)
{
    return text == "none" ? std::chrono::steady_clock::duration{} : parse_time_limit(text);
}

double parse_pace(std::string_view text)
{
    bool const is_plain = text.find('/') == std::string_view::npos;
    auto const pace = simulator::parse_rate(is_plain ? std::string{text} + "/s" : std::string{text});
    if (pace < 0.001 || pace > 1e6)
        refuse(text, "a pace from 0.001/s to 1000000/s is wanted");
    return pace;
}

halt_limits parse_halt(std::vector<std::string> const& texts)
{
    constexpr std::string_view remedy = "fail=N, fail=P%, both, or none is wanted";
    constexpr std::string_view counted = "fail=";
    halt_limits limits;
    std::size_t count = 0;
    bool is_none = false;
    for (auto const& text : texts)
    {
        for (auto const& name : parse_names(text))
        {
            ++count;
            if (name == "none")
            {
                is_none = true;
                continue;
            }
            if (!name.starts_with(counted))
                refuse(name, remedy);
            read_halt(std::string_view{name}.substr(counted.size()), limits);
        }
    }
    if (is_none && count != 1)
        refuse("none", "it stands alone");
    return limits;
}

rejection_limit parse_rejection_limit(std::string_view text)
{
    if (text == "none")
        return {.lines = std::nullopt, .share = std::nullopt, .text = "none"};
    if (text.ends_with('%'))
        return {.lines = std::nullopt, .share = simulator::parse_share(text), .text = std::string{text}};
    std::uint64_t lines = 0;
    if (!read_whole(text, lines))
        refuse(text, "give a number of lines, a percentage such as 10%, or none");
    return {.lines = lines, .share = std::nullopt, .text = std::string{text}};
}

id_columns parse_id_columns(std::string_view text)
{
    constexpr std::string_view remedy = "write job=NAME,task=NAME, or one of the two";
    id_columns columns;
    for (auto const& part : parse_names(text))
    {
        auto const equals = part.find('=');
        auto const what = std::string_view{part}.substr(0, equals);
        if (equals == std::string::npos || equals + 1 == part.size() || (what != "job" && what != "task"))
            refuse(text, remedy);
        auto& name = what == "job" ? columns.job : columns.task;
        if (!name.empty())
            refuse(text, remedy);
        name = part.substr(equals + 1);
    }
    if (same_name(columns.job, columns.task))
        refuse(text, "the two ids are in different columns");
    return columns;
}

after_ambiguous parse_after_ambiguous(std::string_view text)
{
    if (text == "verify")
        refuse(text, "this version cannot read a task before it sends its cancel again; retry or stop is wanted");
    if (text != "retry" && text != "stop")
        refuse(text, "retry or stop is wanted");
    return text == "stop" ? after_ambiguous::stop : after_ambiguous::retry;
}

shard parse_shard(std::string_view text)
{
    shard read;
    auto const slash = text.find('/');
    bool const is_read = slash != std::string_view::npos && read_whole(text.substr(0, slash), read.number) &&
                         read_whole(text.substr(slash + 1), read.count);
    if (!is_read || read.number < 1 || read.number > read.count)
        refuse(text, "a shard is written K/N, with K from 1 to N");
    return read;
}

std::uint64_t parse_count(std::string_view text)
{
    std::uint64_t count = 0;
    if (!read_whole(text, count) || count == 0)
        refuse(text, "a whole number of at least 1 is wanted");
    return count;
}

std::vector<std::string> parse_names(std::string_view text)
{
    std::vector<std::string> names;
    for (auto rest = text;;)
    {
        auto const comma = rest.find(',');
        auto name = rest.substr(0, comma);
        name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
        name = name.substr(0, name.find_last_not_of(' ') + 1);
        if (name.empty())
            refuse(text, "names with commas between them are wanted");
        names.emplace_back(name);
        if (comma == std::string_view::npos)
            return names;
        rest.remove_prefix(comma + 1);
    }
}

std::string names_text(std::vector<std::string> const& names)
{
    std::string text;
    for (auto const& name : names)
        text += (text.empty() ? "" : ",") + name;
    return text;
}

std::string_view cloud_root(std::string_view name)
{
    auto const* const found =
        std::find_if(clouds.begin(), clouds.end(), [name](named_root const& each) { return each.first == name; });
    if (found == clouds.end())
        refuse(name, "global, usgov, dod or china is wanted");
    return found->second;
}

std::string_view cloud_of(std::string_view root) noexcept
{
    auto const* const found =
        std::find_if(clouds.begin(), clouds.end(), [root](named_root const& each) { return each.second == root; });
    return found == clouds.end() ? std::string_view{} : found->first;
}

}  // namespace batch_cancel::cli
