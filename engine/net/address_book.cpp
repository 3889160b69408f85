#include "net/address_book.hpp"

#include <algorithm>
#include <utility>

namespace batch_cancel::net
{

namespace
{

using addresses = std::vector<address_book::address>;

// Starts each family with another address at each turn, and takes from them alternately.
addresses interleaved(addresses first, addresses second, std::size_t turn)
{
    for (auto* const family : {&first, &second})
    {
        if (!family->empty())
            std::rotate(family->begin(), family->begin() + static_cast<std::ptrdiff_t>(turn % family->size()),
                        family->end());
    }
    addresses all;
    for (std::size_t i = 0; i != std::max(first.size(), second.size()); ++i)
    {
        if (i < first.size())
            all.push_back(first[i]);
        if (i < second.size())
            all.push_back(second[i]);
    }
    return all;
}

}  // namespace

address_book::time_point address_book::held_until(address const& asked) const
{
    auto const known =
        std::find_if(faults_.begin(), faults_.end(), [&](fault const& each) { return each.where == asked; });
    return known == faults_.end() ? time_point::min() : known->held_until;
}

address_book::fault& address_book::fault_of(address const& failed)
{
    auto const known =
        std::find_if(faults_.begin(), faults_.end(), [&](fault const& each) { return each.where == failed; });
    if (known != faults_.end())
        return *known;
    if (faults_.size() == most_faults)
        faults_.erase(std::min_element(faults_.begin(), faults_.end(),
                                       [](fault const& one, fault const& other)
                                       { return one.held_until < other.held_until; }));
    return faults_.emplace_back(fault{.where = failed});
}

std::vector<address_book::address> address_book::in_order(std::vector<address> found, time_point now)
{
    if (found.empty())
        return found;
    auto const preferred = found.front().protocol().family();
    addresses first;
    addresses second;
    addresses held;
    for (auto const& each : found)
    {
        bool const is_preferred = each.protocol().family() == preferred;
        auto& into = now < held_until(each) ? held : is_preferred ? first : second;
        into.push_back(each);
    }
    std::sort(held.begin(), held.end(),
              [this](address const& one, address const& other)
              { return std::pair(held_until(one), one) < std::pair(held_until(other), other); });
    auto all = interleaved(std::move(first), std::move(second), turn_++);
    all.insert(all.end(), held.begin(), held.end());
    return all;
}

address_book::duration address_book::on_failure(address const& failed, time_point now)
{
    auto& known = fault_of(failed);
    if (now >= known.held_until)
    {
        auto hold = shortest_hold;
        for (unsigned i = 0; i != known.failures && hold < longest_hold; ++i)
            hold *= 2;
        ++known.failures;
        known.held_until = now + std::min(hold, longest_hold);
    }
    return known.held_until - now;
}

void address_book::on_success(address const& worked)
{
    std::erase_if(faults_, [&](fault const& each) { return each.where == worked; });
}

}  // namespace batch_cancel::net
