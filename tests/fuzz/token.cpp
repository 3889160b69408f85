// A bearer token from a file or a variable, and the claims in it.
#include "cli/service/bearer_token.hpp"

#include "cli/input/ids.hpp"
#include "cli/options/usage_error.hpp"
#include "fuzz/fuzzed_input.hpp"
#include "fuzz/memory_file.hpp"
#include "wire/request_template.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/token_text.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <string>

using namespace batch_cancel;
using fuzz::expect;

namespace
{

// All that may be said of what is no token.
constexpr std::array<std::string_view, 14> known_faults{
    "is empty",
    "holds the beginning of a JSON object",
    "holds the beginning of a JSON web token",
    "holds the beginning of a text in quotes",
    "holds more than 64 KiB, so it is no token",
    "holds a JSON list, not a token",
    "holds JSON that cannot be read",
    "holds the error answer of a token endpoint, not a token",
    "holds a JSON object without accessToken or access_token",
    "holds a private key, not a token",
    "holds a certificate or key, not a token",
    "holds XML or HTML, not a token",
    "holds the assignment of a variable, not the token alone",
    "holds characters that no token has",
};
constexpr std::string_view other_fault = "holds several words or lines, not one token";

bool is_known(std::string_view fault)
{
    return fault == other_fault || std::find(known_faults.begin(), known_faults.end(), fault) != known_faults.end();
}

void check_reading(std::string_view content)
{
    auto const read = read_token(content);
    expect(read.token.empty() != read.fault.empty(), "there is a token, or why there is none");
    expect(read.token.empty() || wire::is_sendable_token(read.token), "what is taken for a token can be sent");
    expect(read.fault.empty() || is_known(read.fault), "no message tells a token");
    expect(read.token.empty() || !read.is_unfinished, "a token is whole");
}

access_token get(token_source& source)
{
    static boost::asio::io_context loop(1);
    access_token got;
    boost::asio::co_spawn(loop, source.get(0),
                          [&](std::exception_ptr failed, access_token token)
                          {
                              if (failed)
                                  std::rethrow_exception(failed);
                              got = std::move(token);
                          });
    loop.restart();
    loop.run();
    return got;
}

// What `run` does at its start.
void check_start(std::filesystem::path const& file, std::string_view content)
{
    auto const expected = read_token(content);
    try
    {
        auto const token = cli::obtain_token(file, file.empty() ? secret_text(content) : secret_text());
        expect(token.tenant.empty() || cli::is_guid(token.tenant), "a tenant is a GUID");
        expect(get(*token.source).value == expected.token, "a run begins with the token that was read");
    }
    catch (cli::usage_error const& refused)
    {
        expect(expected.token.empty(), "a token is taken");
        expect(content.empty() || std::string_view(refused.what()).find(expected.fault) != std::string_view::npos,
               "who has no token says why");
    }
}

// What the source of a run does each time it is asked.
void check_source(std::filesystem::path const& file, std::string_view content)
{
    auto const expected = read_token(content);
    try
    {
        auto const token = get(*make_file_token(file));
        expect(token.value == expected.token, "a source gives the token that was read");
        expect(token.generation != 0, "a token has a generation");
    }
    catch (boost::system::system_error const& refused)
    {
        expect(expected.token.empty(), "a token is taken");
        expect(refused.code() == (expected.is_unfinished ? errc::token_not_ready : errc::token_not_available),
               "who has no token says whether there may be one");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static fuzz::memory_file file;
    fuzz::fuzzed_input input(data, size);
    auto const kind = input.choice(4);
    auto content = std::string(input.content());
    if (input.choice(64) == 63 && !content.empty())  // around the bound of its length
        content.resize(longest_token - 2 + input.choice(8), content.back());
    check_reading(content);
    switch (kind)
    {
    case 0:
        file.write(content);
        check_start(file.path(), content);
        break;
    case 1:
        check_start({}, content);
        break;
    case 2:
        file.write(content);
        check_source(file.path(), content);
        break;
    default:
        auto const tenant = cli::tenant_of(content);
        expect(tenant.empty() || cli::is_guid(tenant), "a tenant is a GUID");
        break;
    }
    return 0;
}
