#include <batch_cancel/result.hpp>

#include <algorithm>
#include <array>

namespace batch_cancel
{

namespace
{

constexpr std::array<std::string_view, 3> outcome_names{"accepted", "conflict", "failed"};

constexpr std::array<std::string_view, reason_count> reason_names{
    "",        "not_found",  "unauthorized", "forbidden",         "bad_request",         "throttled",
    "timeout", "connection", "server_error", "unexpected_status", "unreadable_response", "interrupted",
};
static_assert(static_cast<std::size_t>(reason::interrupted) + 1 == reason_names.size());

template <class Enum, std::size_t N>
std::optional<Enum> find_name(std::array<std::string_view, N> const& names, std::string_view name) noexcept
{
    auto const found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view to_string(outcome value) noexcept
{
    return outcome_names[static_cast<std::size_t>(value)];
}

std::string_view to_string(reason value) noexcept
{
    return reason_names[static_cast<std::size_t>(value)];
}

std::optional<outcome> outcome_from(std::string_view name) noexcept
{
    return find_name<outcome>(outcome_names, name);
}

std::optional<reason> reason_from(std::string_view name) noexcept
{
    return find_name<reason>(reason_names, name);
}

}  // namespace batch_cancel
