#pragma once

#include <simdjson.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace batch_cancel::journal_format
{

/** The members of one JSON object, asked for by name. Asked in the order in which they were written, each is found at once.

    The functions throw bad_record for a member that is missing (those that may be missing say so) or of another type. */
class record_members
{
public:
    explicit record_members(simdjson::dom::object object) noexcept;

    /** Find a member; it may be missing. */
    std::optional<simdjson::dom::element> find(std::string_view name);

    std::string_view text(std::string_view name);
    /** Null is the empty text. */
    std::string_view text_or_null(std::string_view name);
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
    simdjson::dom::element required(std::string_view name);

    std::size_t found_{0};
    simdjson::dom::object object_;
    simdjson::dom::object::iterator at_;
};

/** Throw bad_record: "CAUSE: NAME". */
[[noreturn]] void throw_bad_member(std::string_view cause, std::string_view name);

}  // namespace batch_cancel::journal_format
