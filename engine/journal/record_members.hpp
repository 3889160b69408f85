#pragma once

#include <simdjson.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace batch_cancel::journal_format
{

/** Throw bad_record: "CAUSE: NAME". */
[[noreturn]] void throw_bad_member(std::string_view cause, std::string_view name);

/** A member's value; throws bad_record if it is of another type. */
template <class T>
T as(simdjson::dom::element element, std::string_view name)
{
    T value{};
    if (element.get<T>().get(value) != simdjson::SUCCESS)
        throw_bad_member("wrong type or value", name);
    return value;
}

/** The members of one JSON object, each asked for once, by name. Asked in the order in which they were written, each is found
    at once.

    The functions throw bad_record for a member that is missing (those that may be missing say so) or of another type. */
class record_members
{
public:
    explicit record_members(simdjson::dom::object object) noexcept;

    /** Find a member; it may be missing. */
    std::optional<simdjson::dom::element> find(std::string_view name)
    {
        if (at_ != end_ && at_.key_equals(name))
            return take();
        return find_elsewhere(name);
    }

    /** The next member if it has that name; nothing otherwise, without a search. */
    std::optional<simdjson::dom::element> find_next(std::string_view name)
    {
        if (at_ == end_ || !at_.key_equals(name))
            return std::nullopt;
        return take();
    }

    std::string_view text(std::string_view name)
    {
        return as<std::string_view>(required(name), name);
    }

    /** Null is the empty text. */
    std::string_view text_or_null(std::string_view name)
    {
        auto const found = required(name);
        return found.is_null() ? std::string_view() : as<std::string_view>(found, name);
    }

    /** A missing one is the empty text. */
    std::string_view text_if_there(std::string_view name);

    bool boolean(std::string_view name);
    /** A missing one is false. */
    bool boolean_if_there(std::string_view name);

    std::uint64_t integer(std::string_view name, std::uint64_t most = UINT64_MAX);
    /** Null, or a missing one, is 0. */
    std::uint64_t integer_or_nothing(std::string_view name, std::uint64_t most);

    /** A number of `unit`s, with decimals or not. */
    std::chrono::nanoseconds duration(std::string_view name, std::chrono::nanoseconds unit);
    std::optional<std::chrono::nanoseconds> duration_or_null(std::string_view name, std::chrono::nanoseconds unit);

    std::chrono::system_clock::time_point time(std::string_view name);

    /** Throw bad_record if there is a member that nobody has asked for: the name of one that may be missing can be damaged. */
    void require_no_other() const;

private:
    simdjson::dom::element required(std::string_view name)
    {
        if (at_ != end_ && at_.key_equals(name)) [[likely]]
            return take();
        return required_elsewhere(name);
    }

    simdjson::dom::element take() noexcept
    {
        auto const found = at_.value();
        ++at_;
        --unasked_;
        return found;
    }

    std::optional<simdjson::dom::element> find_elsewhere(std::string_view name);
    simdjson::dom::element required_elsewhere(std::string_view name);

    simdjson::dom::object::iterator begin_;
    simdjson::dom::object::iterator end_;
    simdjson::dom::object::iterator at_;
    std::size_t unasked_;  // members
};

}  // namespace batch_cancel::journal_format
