#include "cli/render/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace batch_cancel::cli
{

std::string decimal_text(double value, int decimals)
{
    if (!std::isfinite(value))
        return "0";
    std::array<char, 352> digits;  // the longest fixed double has 309 digits before its point
    auto const end =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, decimals).ptr;
    std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    if (text.find('.') != std::string_view::npos)
    {
        text = text.substr(0, text.find_last_not_of('0') + 1);
        if (text.ends_with('.'))
            text.remove_suffix(1);
    }
    return std::string(text);
}

std::string seconds_text(std::chrono::nanoseconds value)
{
    return decimal_text(std::chrono::duration<double>(value).count(), 3);
}

std::string milliseconds_text(std::chrono::nanoseconds value)
{
    return decimal_text(std::chrono::duration<double, std::milli>(value).count(), 3);
}

std::string time_text(std::chrono::system_clock::time_point time)
{
    using namespace std::chrono;
    auto const day = floor<days>(time);
    year_month_day const date{day};
    hh_mm_ss const clock{floor<milliseconds>(time - day)};
    std::array<char, 64> text;
    auto const length =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string grouped_text(std::uint64_t value)
{
    auto text = std::to_string(value);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), 1, ',');
    return text;
}

std::string counted_text(std::uint64_t count, std::string_view one, std::string_view many)
{
    return grouped_text(count) + ' ' + std::string(count == 1 ? one : many);
}

}  // namespace batch_cancel::cli
