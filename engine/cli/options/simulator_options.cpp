#include "cli/options/simulator_options.hpp"

#include "cli/options/command.hpp"
#include "cli/options/values.hpp"

#include <charconv>
#include <stdexcept>
#include <string>

namespace batch_cancel::cli
{

namespace
{

std::uint64_t parse_seed(std::string const& text)
{
    std::uint64_t seed = 0;
    auto const* const end = text.data() + text.size();
    if (auto const read = std::from_chars(text.data(), end, seed); read.ec != std::errc{} || read.ptr != end)
        throw std::invalid_argument{text + ": a whole number is wanted"};
    return seed;
}

std::string parse_version(std::string const& text)
{
    if (text != "v1.0" && text != "beta")
        throw std::invalid_argument{text + ": must be v1.0 or beta"};
    return text;
}

}  // namespace

void add_simulator_options(command& to, simulator::options& options, std::string_view remark)
{
    auto const add = [&to, remark](std::string name, std::string type, std::string_view help, auto take)
    {
        to.add_value(std::move(name), std::move(type), std::string{help}.append(remark), std::move(take)).journal =
            from_journal::taken;
    };
    to.begin_group(std::string{simulator_group});
    add("--jobs", "N", "Migration jobs, 100", [&options](auto const& text) { options.jobs = parse_count(text); });
    add("--tasks", "N", "Tasks of each job, 100",
        [&options](auto const& text) { options.tasks_per_job = parse_count(text); });
    add("--conflict", "P%", "Share of the tasks that are past their deadline: 409",
        [&options](auto const& text) { options.conflict_share = simulator::parse_share(text); });
    add("--missing", "P%", "Share of the tasks that do not exist: 404",
        [&options](auto const& text) { options.missing_share = simulator::parse_share(text); });
    add("--latency", "D[..D]", "How long an answer takes",
        [&options](auto const& text) { options.latency = simulator::parse_latency(text); });
    add("--throttle", "N/s", "Let in so many requests a second, answer the others 429",
        [&options](auto const& text) { options.throttle_per_second = simulator::parse_rate(text); });
    add("--throttle-share", "P%", "Answer that share with 429, however slowly requests come",
        [&options](auto const& text) { options.throttle_share = simulator::parse_share(text); });
    add("--busy-above", "N", "Answer 503 when more than N requests are in flight",
        [&options](auto const& text) { options.busy_above = parse_count(text); });
    add("--only-version", "v1.0|beta", "The only API version that knows migrations",
        [&options](auto const& text) { options.only_version = parse_version(text); });
    add("--token-lifetime", "D", "How long a token is taken",
        [&options](auto const& text) { options.token_lifetime = parse_time_limit(text); });
    add("--fault", "KIND=P%,...", "Faults: reset-before, reset-after, stall, truncate, garbage, 500, 503, 504, close",
        [&options](auto const& text) { options.faults = simulator::parse_faults(text); });
    add("--seed", "N", "All that is random follows from it, 1",
        [&options](auto const& text) { options.seed = parse_seed(text); });
}

}  // namespace batch_cancel::cli
