#include "journal/record_members.hpp"

#include "journal/record_parser.hpp"
#include "journal/timestamp.hpp"

#include <cmath>

namespace batch_cancel::journal_format
{

namespace
{

std::chrono::nanoseconds as_duration(simdjson::dom::element element, std::string_view name,
                                     std::chrono::nanoseconds unit)
{
    // In whole microseconds, which is how they are written: as a double, nanoseconds would be inexact from some months on.
    double const us = as<double>(element, name) * (static_cast<double>(unit.count()) / 1000);
    if (!(us >= 0 && us < 4e15))  // what a double holds exactly: 126 years
        throw_bad_member("out of range", name);
    return std::chrono::microseconds{std::llround(us)};
}

}  // namespace

void throw_bad_member(std::string_view cause, std::string_view name)
{
    throw bad_record{std::string(cause) + ": " + std::string(name)};
}

record_members::record_members(simdjson::dom::object object) noexcept
    : begin_(object.begin())
    , end_(object.end())
    , at_(begin_)
    , unasked_(object.size())
{
}

std::optional<simdjson::dom::element> record_members::find_elsewhere(std::string_view name)
{
    if (unasked_ == 0)
        return std::nullopt;
    auto const started = at_;
    for (; at_ != end_; ++at_)
    {
        if (at_.key_equals(name))
            return take();
    }
    for (at_ = begin_; at_ != started; ++at_)
    {
        if (at_.key_equals(name))
            return take();
    }
    return std::nullopt;
}

void record_members::require_no_other() const
{
    if (unasked_ != 0)
        throw bad_record{"a member that such a record does not have"};
}

simdjson::dom::element record_members::required_elsewhere(std::string_view name)
{
    auto const found = find_elsewhere(name);
    if (!found)
        throw_bad_member("missing member", name);
    return *found;
}

std::string_view record_members::text_if_there(std::string_view name)
{
    auto const found = find(name);
    return found ? as<std::string_view>(*found, name) : std::string_view();
}

bool record_members::boolean(std::string_view name)
{
    return as<bool>(required(name), name);
}

bool record_members::boolean_if_there(std::string_view name)
{
    auto const found = find(name);
    return found && as<bool>(*found, name);
}

std::uint64_t record_members::integer(std::string_view name, std::uint64_t most)
{
    auto const value = as<std::uint64_t>(required(name), name);
    if (value > most)
        throw_bad_member("out of range", name);
    return value;
}

std::uint64_t record_members::integer_or_nothing(std::string_view name, std::uint64_t most)
{
    auto const found = find(name);
    if (!found || found->is_null())
        return 0;
    auto const value = as<std::uint64_t>(*found, name);
    if (value > most)
        throw_bad_member("out of range", name);
    return value;
}

std::chrono::nanoseconds record_members::duration(std::string_view name, std::chrono::nanoseconds unit)
{
    return as_duration(required(name), name, unit);
}

std::optional<std::chrono::nanoseconds> record_members::duration_or_null(std::string_view name,
                                                                         std::chrono::nanoseconds unit)
{
    auto const found = required(name);
    if (found.is_null())
        return std::nullopt;
    return as_duration(found, name, unit);
}

std::chrono::system_clock::time_point record_members::time(std::string_view name)
{
    auto const value = parse_timestamp(text(name));
    if (!value)
        throw_bad_member("no time", name);
    return *value;
}

}  // namespace batch_cancel::journal_format
