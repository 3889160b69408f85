// What is given for an option: times, rates, shares, bounds, faults, endpoints.
#include "cli/options/values.hpp"

#include "cli/options/command.hpp"
#include "core/loopback.hpp"
#include "fuzz/fuzzed_input.hpp"

#include <batch_cancel/endpoint.hpp>
#include <batch_cancel/errc.hpp>
#include <batch_cancel/simulator/simulator.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

using namespace batch_cancel;
using namespace std::chrono_literals;
using fuzz::expect;

namespace
{

constexpr auto longest_time = 100'000'000s;

void check_duration(std::string_view text)
{
    auto const read = simulator::parse_duration(text);
    expect(read >= 0s && read <= longest_time, "a time is neither negative nor beyond its bound");
}

void check_limit(std::string_view text)
{
    auto const read = cli::parse_time_limit(text);
    expect(read > 0s && read <= longest_time, "a time limit is greater than zero");
}

void check_optional_limit(std::string_view text)
{
    auto const read = cli::parse_optional_limit(text);
    expect((read == 0s) == (text == "none"), "none, and nothing else, is no time limit");
}

void check_pace(std::string_view text)
{
    auto const read = cli::parse_pace(text);
    expect(read >= 0.001 && read <= 1e6, "a pace is within its bounds");
}

void check_rate(std::string_view text)
{
    auto const read = simulator::parse_rate(text);
    expect(std::isfinite(read) && read >= 0, "a rate is a number");
    simulator::validate({.throttle_per_second = read});
}

void check_share(std::string_view text)
{
    auto const read = simulator::parse_share(text);
    expect(read >= 0 && read <= 1, "a share is from 0 to 1");
}

void check_halt(std::string_view text)
{
    auto const middle = text.find('|');
    std::vector<std::string> texts{std::string(text.substr(0, middle))};
    if (middle != std::string_view::npos)
        texts.emplace_back(text.substr(middle + 1));
    auto const read = cli::parse_halt(texts);
    expect(read.share >= 0 && read.share <= 1, "a share that halts is from 0 to 1");
    bool const has_bound = read.failed != 0 || read.share != 0;
    expect(has_bound == (text.find("fail=") != std::string_view::npos), "none, and nothing else, sets no bound");
}

void check_shard(std::string_view text)
{
    auto const read = cli::parse_shard(text);
    expect(read.number >= 1 && read.number <= read.count, "a shard is one of its number");
}

void check_count(std::string_view text)
{
    expect(cli::parse_count(text) >= 1, "a count is at least 1");
}

void check_names(std::string_view text)
{
    auto const names = cli::parse_names(text);
    expect(!names.empty(), "there are names, or that is said");
    std::string joined;
    for (auto const& name : names)
    {
        expect(!name.empty() && name.front() != ' ' && name.back() != ' ' && name.find(',') == std::string::npos,
               "a name is whole and without blanks around it");
        joined += joined.empty() ? "" : ",";
        joined += name;
    }
    expect(cli::parse_names(joined) == names, "names that are written can be read");
}

void check_faults(std::string_view text)
{
    simulator::options options;
    options.faults = simulator::parse_faults(text);
    expect(!options.faults.empty(), "there are faults, or that is said");
    for (auto const& each : options.faults)
        expect(text.find(simulator::to_string(each.kind)) != std::string_view::npos, "a fault is one that is named");
    simulator::validate(options);
}

void check_latency(std::string_view text)
{
    simulator::options options;
    options.latency = simulator::parse_latency(text);
    simulator::validate(options);
}

void check_endpoint(std::string_view text)
{
    auto const read = [text]
    {
        try
        {
            return parse_endpoint(text);
        }
        catch (described_error const& refused)
        {
            throw std::invalid_argument(refused.what());
        }
    }();
    expect(!read.host().empty() && read.port() != 0, "an endpoint has a host and a port");
    for (auto const c : read.host())
        expect(c > 0x20 && c < 0x7f && std::string_view("%/?#@\\[]\"<>^`{|}").find(c) == std::string_view::npos,
               "a host has no character that separates the parts of a URL");
    boost::system::error_code not_an_address;
    auto const address = boost::asio::ip::make_address(read.host(), not_an_address);
    expect(read.has_address() == !not_an_address, "a host that is an address is known to be one");
    expect(read.has_address() || read.host().find(':') == std::string::npos, "no name has a colon");
    expect(read.secure() || read.host() == "localhost" || (read.has_address() && core::is_loopback(address)),
           "plain http is for loopback only");
    expect(!read.base_path().ends_with("/v1.0") && !read.base_path().ends_with("/beta"), "a root has no API version");
    expect(read.base_path().empty() || (read.base_path().starts_with('/') && !read.base_path().ends_with('/')),
           "a base path starts with a slash and does not end with one");
    expect(parse_endpoint(read.to_url()) == read, "an endpoint that is written can be read");
}

void check_words(std::string_view text)
{
    if (text.size() > 6)
        expect(cli::cloud_root(text).starts_with("https://"), "a cloud has a root");
    else if (text.size() > 4)
        cli::parse_after_ambiguous(text);
    else
        cli::parse_flag(text);
}

using check = void (*)(std::string_view);

constexpr check checks[] = {check_duration, check_limit, check_optional_limit, check_pace,    check_rate,
                            check_share,    check_halt,  check_shard,          check_count,   check_faults,
                            check_latency,  check_names, check_words,          check_endpoint};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    fuzz::fuzzed_input input(data, size);
    if (input.content().find('\0') != std::string_view::npos)
        return 0;  // neither an argument nor a variable has one, and the file's reader refuses it
    auto const chosen = checks[input.choice(std::size(checks))];
    try
    {
        chosen(input.content());
    }
    catch (std::invalid_argument const& refused)
    {
        expect(*refused.what() != 0, "what is refused is told how to do better");
    }
    return 0;
}
