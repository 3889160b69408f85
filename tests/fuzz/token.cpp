// A bearer token from a file or a variable, and the claims in it.
#include "cli/service/bearer_token.hpp"

#include "cli/input/ids.hpp"
#include "cli/options/usage_error.hpp"
#include "fuzz/fuzzed_input.hpp"
#include "fuzz/memory_file.hpp"
#include "wire/request_template.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <string>

using namespace batch_cancel;
using fuzz::expect;

namespace
{

constexpr std::size_t longest_token = 64 * 1024;
constexpr std::size_t longest_file = longest_token + 2;

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    auto const first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_token(std::string_view text)
{
    return wire::is_sendable_token(text) && text.size() <= longest_token;
}

// Another content of the same kind: each letter and digit is another one.
std::string disguised(std::string_view content)
{
    std::string other(content);
    for (char& c : other)
    {
        bool const is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_letter)
            c = static_cast<char>(c == 'z' || c == 'Z' || c == '9' ? c - 1 : c + 1);
    }
    return other;
}

void check_token(access_token const& token, std::string_view content)
{
    expect(token.value == trimmed(content), "a token is what the file holds, without the blanks around it");
    expect(token.generation != 0, "a token has a generation");
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

// What `run` does at its start. Tells why there is no token.
std::string check_start(std::filesystem::path const& file, std::string_view content)
{
    std::string message;
    try
    {
        auto const token = cli::obtain_token(file, file.empty() ? secret_text(content) : secret_text());
        auto const value = trimmed(content);
        expect(is_token(value), "what is taken for a token is one");
        expect(token.tenant.empty() || cli::is_guid(token.tenant), "a tenant is a GUID");
        check_token(get(*token.source), content);
    }
    catch (cli::usage_error const& refused)
    {
        // A variable has been rid of its blanks before.
        auto const value = file.empty() ? content : trimmed(content);
        expect(!is_token(value) || content.size() > longest_file, "a token is taken");
        message = refused.what();
    }
    return message;
}

// What the source of a run does each time it is asked. Tells why there is no token.
std::string check_source(std::filesystem::path const& file, std::string_view content)
{
    try
    {
        check_token(get(*make_file_token(file)), content);
        return {};
    }
    catch (boost::system::system_error const& refused)
    {
        expect(refused.code() == errc::token_not_available, "who has no token says that");
        expect(!is_token(trimmed(content)) || content.size() > longest_file, "a token is taken");
        return refused.what();
    }
}

void check_file(fuzz::memory_file& file, std::string const& content,
                std::string (*check)(std::filesystem::path const&, std::string_view))
{
    file.write(content);
    auto const message = check(file.path(), content);
    if (message.empty())
        return;
    auto const other = disguised(content);
    file.write(other);
    expect(check(file.path(), other) == message, "no message tells a token");
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
    switch (kind)
    {
    case 0:
        check_file(file, content, check_start);
        break;
    case 1:
        if (auto const message = check_start({}, content); !message.empty())
            expect(check_start({}, disguised(content)) == message, "no message tells a token");
        break;
    case 2:
        check_file(file, content, check_source);
        break;
    default:
        auto const tenant = cli::tenant_of(content);
        expect(tenant.empty() || cli::is_guid(tenant), "a tenant is a GUID");
        break;
    }
    return 0;
}
