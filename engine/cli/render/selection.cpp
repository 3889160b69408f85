#include "cli/render/selection.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

constexpr std::array<std::pair<std::string_view, selection::kind>, 7> selectable{{
    {"accepted", selection::accepted},
    {"conflict", selection::conflict},
    {"failed", selection::failed},
    {"unprocessed", selection::unprocessed},
    {"ambiguous", selection::ambiguous},
    {"rejected", selection::rejected},
    {"not-accepted", selection::not_accepted},
}};

selection parse_kind(std::string_view name)
{
    auto const found =
        std::find_if(selectable.begin(), selectable.end(), [name](auto const& each) { return each.first == name; });
    if (found != selectable.end())
        return found->second;
    std::string text(name);
    for (auto const& [known, kind] : selectable)
        text.append(known == selectable.front().first ? ": not one of " : ", ").append(known);
    throw std::invalid_argument{text};
}

selection::kind kind_of(outcome of) noexcept
{
    switch (of)
    {
    case outcome::accepted:
        return selection::accepted;
    case outcome::conflict:
        return selection::conflict;
    case outcome::failed:
        return selection::failed;
    }
    return selection::failed;
}

}  // namespace

bool selection::has_result(result const& settled) const noexcept
{
    return has(kind_of(settled.outcome)) || (settled.ambiguous && has(ambiguous));
}

bool selection::has_unprocessed(bool is_ambiguous) const noexcept
{
    return has(unprocessed) || (is_ambiguous && has(ambiguous));
}

selection parse_selection(std::string const& text)
{
    std::optional<selection> found;
    std::string_view rest = text;
    for (bool is_last = false; !is_last;)
    {
        auto const end = rest.find(',');
        is_last = end == std::string_view::npos;
        auto const each = parse_kind(rest.substr(0, end));
        found = found ? *found | each : each;
        rest.remove_prefix(is_last ? 0 : end + 1);
    }
    return *found;
}

}  // namespace batch_cancel::cli
