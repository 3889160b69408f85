#pragma once

#include <chrono>

/** When the clock of a test begins: as in life, neither at its zero nor before it. */
inline constexpr std::chrono::steady_clock::time_point test_start{std::chrono::hours{1000}};
