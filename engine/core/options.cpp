#include <batch_cancel/options.hpp>

#include <algorithm>
#include <stdexcept>

namespace batch_cancel
{

namespace
{

void require(bool holds, char const* what)
{
    if (!holds)
        throw std::invalid_argument(what);
}

bool is_printable(char c)
{
    return c >= 0x20 && c < 0x7f;
}

}  // namespace

void validate(engine_options const& options)
{
    using namespace std::chrono_literals;
    require(!options.api_version.empty() &&
                std::all_of(options.api_version.begin(), options.api_version.end(),
                            [](char c) { return c == '.' || std::isalnum(static_cast<unsigned char>(c)); }),
            "engine_options::api_version must be letters, digits and dots");
    require(options.max_in_flight >= 1 && options.max_in_flight <= 4096,
            "engine_options::max_in_flight must be 1 to 4096");
    require(options.attempt_timeout > 0s, "engine_options::attempt_timeout must be greater than zero");
    require(options.max_attempts >= 1, "engine_options::max_attempts must be at least 1");
    require(options.max_rate == 0 || (options.max_rate >= 0.001 && options.max_rate <= 1e6),
            "engine_options::max_rate must be 0 or 0.001 to 1,000,000 a second");
    require(options.sharers >= 1, "engine_options::sharers must be at least 1");
    require(options.patience >= 0s, "engine_options::patience must not be negative");
    require(options.max_duration >= 0s, "engine_options::max_duration must not be negative");
    require(options.token_wait >= 0s, "engine_options::token_wait must not be negative");
    require(options.paused_for >= 0s, "engine_options::paused_for must not be negative");
    require(options.max_failed_share >= 0 && options.max_failed_share <= 1,
            "engine_options::max_failed_share must be 0 to 1");
    require(std::all_of(options.user_agent.begin(), options.user_agent.end(), is_printable),
            "engine_options::user_agent must be visible ASCII and blanks");
}

}  // namespace batch_cancel
