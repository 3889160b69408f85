#include "cli/render/same_file.hpp"

#include <system_error>

namespace batch_cancel::cli
{

bool is_same_file(std::filesystem::path const& one, std::filesystem::path const& other)
{
    std::error_code ignored;
    if (std::filesystem::equivalent(one, other, ignored))
        return true;
    auto const place_of = [&ignored](std::filesystem::path const& file)
    { return std::filesystem::weakly_canonical(std::filesystem::absolute(file, ignored), ignored); };
    return place_of(one) == place_of(other);
}

}  // namespace batch_cancel::cli
