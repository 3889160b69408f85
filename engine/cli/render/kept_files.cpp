#include "cli/render/kept_files.hpp"

#include "cli/options/usage_error.hpp"

#include <algorithm>
#include <system_error>

namespace batch_cancel::cli
{

namespace
{

// As many as the system follows.
constexpr int most_links = 40;

// The library alone does not follow a link to a file that is not there yet.
std::filesystem::path place_of(std::filesystem::path const& file)
{
    std::error_code ignored;
    auto place = std::filesystem::weakly_canonical(std::filesystem::absolute(file, ignored), ignored);
    for (int links = 0; links != most_links && std::filesystem::is_symlink(place, ignored); ++links)
        place = std::filesystem::weakly_canonical(place.parent_path() / std::filesystem::read_symlink(place, ignored),
                                                  ignored);
    return place;
}

}  // namespace

bool is_same_file(std::filesystem::path const& one, std::filesystem::path const& other)
{
    std::error_code ignored;
    return std::filesystem::equivalent(one, other, ignored) || place_of(one) == place_of(other);
}

void check_reports_replace_nothing(std::vector<std::filesystem::path> const& reports,
                                   std::vector<kept_file> const& kept)
{
    for (auto report = reports.begin(); report != reports.end(); ++report)
    {
        auto const is_replaced = [&](kept_file const& each) { return is_same_file(*report, each.path); };
        if (auto const found = std::find_if(kept.begin(), kept.end(), is_replaced); found != kept.end())
            throw usage_error{"--output " + report->string() + " would replace " + found->name +
                              "; give it another name"};
        auto const is_twice = [&](std::filesystem::path const& other) { return is_same_file(*report, other); };
        if (auto const other = std::find_if(reports.begin(), report, is_twice); other != report)
            throw usage_error{"--output " + report->string() + " would replace the report " + other->string() +
                              "; give each report a file of its own"};
    }
}

}  // namespace batch_cancel::cli
