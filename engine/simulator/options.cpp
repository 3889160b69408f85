#include <batch_cancel/simulator/simulator.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace batch_cancel::simulator
{

namespace
{

constexpr std::array<std::pair<fault_kind, std::string_view>, 9> fault_names{{
    {fault_kind::reset_before, "reset-before"},
    {fault_kind::reset_after, "reset-after"},
    {fault_kind::stall, "stall"},
    {fault_kind::truncate, "truncate"},
    {fault_kind::garbage, "garbage"},
    {fault_kind::status_500, "500"},
    {fault_kind::status_503, "503"},
    {fault_kind::status_504, "504"},
    {fault_kind::close, "close"},
}};

[[noreturn]] void refuse(std::string_view text, std::string_view remedy)
{
    throw std::invalid_argument(std::string(1, '"').append(text).append("\": ").append(remedy));
}

void require(bool holds, char const* otherwise)
{
    if (!holds)
        throw std::invalid_argument(otherwise);
}

bool is_share(double value)
{
    return value >= 0 && value <= 1;
}

// A number without sign and what stands behind it.
std::optional<std::pair<double, std::string_view>> split_number(std::string_view text)
{
    if (text.empty() || text.front() == '-')
        return std::nullopt;
    double number = 0;
    auto const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, number, std::chars_format::fixed);
    if (read.ec != std::errc{} || !std::isfinite(number))
        return std::nullopt;
    return std::pair{number, std::string_view(read.ptr, static_cast<std::size_t>(end - read.ptr))};
}

std::optional<fault_kind> find_fault(std::string_view name)
{
    for (auto const& [kind, known] : fault_names)
    {
        if (known == name)
            return kind;
    }
    return std::nullopt;
}

double total_share(std::vector<fault> const& faults)
{
    double total = 0;
    for (auto const& each : faults)
        total += each.share;
    return total;
}

// Shares that were written in decimals may add up to a little more than one.
constexpr double all = 1 + 1e-9;

fault parse_fault(std::string_view text)
{
    auto const equals = text.find('=');
    auto const kind = find_fault(text.substr(0, equals));
    if (!kind || equals == std::string_view::npos)
        refuse(text,
               "a fault is written KIND=P%, with reset-before, reset-after, stall, truncate, garbage, 500, 503, 504 "
               "or close as its kind");
    return {*kind, parse_share(text.substr(equals + 1))};
}

}  // namespace

std::string_view to_string(fault_kind kind) noexcept
{
    for (auto const& [known, name] : fault_names)
    {
        if (known == kind)
            return name;
    }
    return "unknown";
}

double parse_share(std::string_view text)
{
    auto const split = split_number(text);
    if (!split || split->second != "%" || split->first > 100)
        refuse(text, "a share is written from 0% to 100%");
    return split->first / 100;
}

options::duration parse_duration(std::string_view text)
{
    constexpr std::array<std::pair<std::string_view, double>, 5> units{
        {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}}};
    constexpr double longest = 1e8;  // seconds; three years
    auto const split = split_number(text);
    if (split && split->first == 0 && split->second.empty())
        return {};
    for (auto const& [name, seconds] : units)
    {
        if (split && split->second == name && split->first * seconds <= longest)
        {
            std::chrono::duration<double> const parsed{split->first * seconds};
            return std::chrono::round<options::duration>(parsed);
        }
    }
    refuse(text, "a time is written like 250us, 250ms, 30s, 5m or 2h");
}

latency_range parse_latency(std::string_view text)
{
    auto const dots = text.find("..");
    if (dots == std::string_view::npos)
    {
        auto const single = parse_duration(text);
        return {single, single};
    }
    latency_range const range{parse_duration(text.substr(0, dots)), parse_duration(text.substr(dots + 2))};
    if (range.min > range.max)
        refuse(text, "the first time of a range must not be the longer one");
    return range;
}

double parse_rate(std::string_view text)
{
    auto const split = split_number(text);
    if (split && split->first > 0 && split->second == "/s")
        return split->first;
    if (split && split->first > 0 && split->second == "/min")
        return split->first / 60;
    refuse(text, "a rate is written like 50/s or 600/min, and is more than 0");
}

std::vector<fault> parse_faults(std::string_view text)
{
    std::vector<fault> faults;
    for (auto rest = text;;)
    {
        auto const comma = rest.find(',');
        auto const parsed = parse_fault(rest.substr(0, comma));
        for (auto const& earlier : faults)
        {
            if (earlier.kind == parsed.kind)
                refuse(text, "each kind of fault may be given once");
        }
        faults.push_back(parsed);
        if (comma == std::string_view::npos)
            break;
        rest.remove_prefix(comma + 1);
    }
    if (total_share(faults) > all)
        refuse(text, "the shares of the faults add up to more than 100%");
    return faults;
}

void validate(options const& checked)
{
    require(checked.jobs >= 1 && checked.jobs <= UINT32_MAX, "options::jobs must be at least 1 and fit 32 bits");
    require(checked.tasks_per_job >= 1 && checked.tasks_per_job <= UINT32_MAX,
            "options::tasks_per_job must be at least 1 and fit 32 bits");
    require(is_share(checked.conflict_share), "options::conflict_share must be from 0 to 1");
    require(is_share(checked.missing_share), "options::missing_share must be from 0 to 1");
    require(checked.conflict_share + checked.missing_share <= all,
            "options::conflict_share and options::missing_share must add up to 1 at most");
    require(checked.latency.min.count() >= 0 && checked.latency.min <= checked.latency.max,
            "options::latency must not be negative, nor its min more than its max");
    require(checked.throttle_per_second >= 0 && std::isfinite(checked.throttle_per_second),
            "options::throttle_per_second must not be negative");
    require(is_share(checked.throttle_share), "options::throttle_share must be from 0 to 1");
    require(checked.only_version.empty() || checked.only_version == "v1.0" || checked.only_version == "beta",
            "options::only_version must be v1.0 or beta, or empty");
    require(checked.token_lifetime.count() >= 0, "options::token_lifetime must not be negative");
    for (auto const& each : checked.faults)
        require(is_share(each.share), "options::faults must have shares from 0 to 1");
    require(total_share(checked.faults) <= all, "options::faults must have shares that add up to 1 at most");
    require(checked.page_size >= 1 && checked.page_size <= 999, "options::page_size must be from 1 to 999");
    require(checked.cancel_settles_after.count() >= 0, "options::cancel_settles_after must not be negative");
}

}  // namespace batch_cancel::simulator
