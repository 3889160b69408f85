#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <string_view>

/** A total of a summary. */
inline std::int64_t total(boost::json::value const& summary, std::string_view name)
{
    return summary.at("totals").at(name).to_number<std::int64_t>();
}

/** Tell whether the totals of a summary add up. */
inline bool adds_up(boost::json::value const& summary)
{
    return total(summary, "pairs") == total(summary, "accepted") + total(summary, "conflict") +
                                          total(summary, "failed") + total(summary, "unprocessed");
}
