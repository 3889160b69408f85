#include "cli/input/name_index.hpp"

#include "cli/input/columns.hpp"

namespace batch_cancel::cli
{

void name_index::add(std::string_view name)
{
    auto const place = size_++;
    auto const [found, is_new] = entries_.try_emplace(in_lower_case(name), entry{.place = place});
    ++found->second.count;
}

name_index::entry const* name_index::find(std::string_view name) const
{
    auto const found = entries_.find(in_lower_case(name));
    return found != entries_.end() ? &found->second : nullptr;
}

}  // namespace batch_cancel::cli
