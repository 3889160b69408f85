#include "core/last_responses.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

namespace batch_cancel::core
{

std::string last_responses::text() const
{
    std::map<response, std::size_t> counts;
    for (std::size_t i = 0; i != count_; ++i)
        ++counts[ring_[i]];
    std::vector<std::pair<response, std::size_t>> sorted(counts.begin(), counts.end());
    std::sort(sorted.begin(), sorted.end(),
              [](auto const& a, auto const& b) { return std::tie(b.second, a.first) < std::tie(a.second, b.first); });
    std::string text;
    for (auto const& [seen, count] : sorted)
    {
        text += text.empty() ? "" : ", ";
        if (seen.status != 0)
            text += "HTTP " + std::to_string(seen.status);
        else
            text.append("no response (").append(to_string(seen.why)).append(")");
        text += ": " + std::to_string(count) + " of " + std::to_string(count_);
    }
    return text;
}

}  // namespace batch_cancel::core
