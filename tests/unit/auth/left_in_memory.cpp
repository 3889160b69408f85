#include "run/credentials.hpp"
#include "support/engine_fixture.hpp"
#include "wire/request_template.hpp"

#include <batch_cancel/engine.hpp>
#include <batch_cancel/token_source.hpp>
#include <batch_cancel/transport.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;

namespace
{

constexpr std::uint64_t disguise = 0x5a5a5a5a5a5a5a5a;

/** A token of which this program itself keeps no letter: it is made anew, one letter at a time, when it is wanted. */
class token_recipe
{
public:
    explicit token_recipe(std::uint64_t seed, std::size_t length)
        : seed_(seed)
        , length_(length)
    {
    }

    /** Replace a file by one that holds the token. */
    void write(std::filesystem::path const& file) const
    {
        auto const beside = file.string() + ".new";
        int const to = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        REQUIRE(to >= 0);
        for (std::size_t at = 0; at != length_; ++at)
        {
            char const one = letter(at);
            REQUIRE(::write(to, &one, 1) == 1);
        }
        ::close(to);
        std::filesystem::rename(beside, file);
    }

    /** The eight letters from each eighth one on, disguised: of 16 letters in a row anywhere, these are a part. */
    std::vector<std::uint64_t> disguised_parts() const
    {
        std::vector<std::uint64_t> parts;
        for (std::size_t at = 0; at + 8 <= length_; at += 8)
        {
            std::uint64_t part = 0;
            for (std::size_t i = 0; i != 8; ++i)
                part |= static_cast<std::uint64_t>(static_cast<unsigned char>(letter(at + i)) ^ 0x5au) << (8 * i);
            parts.push_back(part);
        }
        std::sort(parts.begin(), parts.end());
        return parts;
    }

private:
    char letter(std::size_t at) const
    {
        auto mixed = ((seed_ << 32) + at) * 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9;
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[mixed >> 58];
    }

    std::uint64_t seed_;
    std::size_t length_;
};

// Sanitizers keep terabytes of shadow, and much besides.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::uintptr_t largest_mapping = std::uintptr_t{1} << 22;
#else
constexpr std::uintptr_t largest_mapping = std::uintptr_t{1} << 30;
#endif

// The stack is left out: the dynamic linker saves vector registers there, which may hold some letters for a while.
bool is_searched(std::string const& mapping, char const* rights, std::uintptr_t size)
{
    return std::string_view(rights).starts_with("rw") && size <= largest_mapping &&
           mapping.find("[stack]") == std::string::npos && mapping.find("[vvar]") == std::string::npos;
}

/** How often 16 letters of a token stand in the memory of this process. */
#if defined(__SANITIZE_ADDRESS__)
__attribute__((no_sanitize("address")))
#endif
std::size_t
occurrences(token_recipe const& token)
{
    auto const parts = token.disguised_parts();
    std::size_t found = 0;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);)
    {
        std::uintptr_t from = 0;
        std::uintptr_t to = 0;
        char rights[8]{};
        REQUIRE(std::sscanf(line.c_str(), "%lx-%lx %7s", &from, &to, rights) == 3);
        if (!is_searched(line, rights, to - from))
            continue;
        for (auto at = from; at + 8 <= to; ++at)
        {
            std::uint64_t window = 0;
            std::memcpy(&window, reinterpret_cast<void const*>(at), 8);
            found += std::binary_search(parts.begin(), parts.end(), window ^ disguise);
        }
    }
    return found;
}

class token_file
{
public:
    ~token_file()
    {
        std::filesystem::remove(path);
    }

    std::filesystem::path const path =
        std::filesystem::temp_directory_path() / ("token-in-memory-" + std::to_string(::getpid()));
};

/** A service in memory that keeps nothing of what it is sent: it takes every token until it is told otherwise, and from
    then on every one but that. */
class forgetful_service final : public transport
{
public:
    /** Take no token of before from this request on; `renew` is called at it. */
    void refuse_from(std::size_t request, std::function<void()> renew)
    {
        refused_from_ = request;
        renew_ = std::move(renew);
    }

    /** Call something at a request. */
    void look_at(std::size_t request, std::function<void()> look)
    {
        looked_at_ = request;
        look_ = std::move(look);
    }

    endpoint const& service() const noexcept override
    {
        return graph_;
    }

    boost::asio::awaitable<connect_result> connect() override
    {
        connect_result made;
        made.connection = std::make_unique<forgetful_connection>(*this);
        co_return made;
    }

private:
    class forgetful_connection final : public connection
    {
    public:
        explicit forgetful_connection(forgetful_service& service)
            : service_(service)
        {
        }

        boost::asio::awaitable<io_result> read_some(boost::asio::mutable_buffer into) override
        {
            io_result read;
            read.bytes = boost::asio::buffer_copy(into, boost::asio::buffer(answer_));
            answer_.remove_prefix(read.bytes);
            if (read.bytes == 0)
                read.error = boost::asio::error::eof;
            co_return read;
        }

        boost::asio::awaitable<io_result> write(boost::asio::const_buffer bytes) override
        {
            answer_ = service_.answer({static_cast<char const*>(bytes.data()), bytes.size()});
            io_result written;
            written.bytes = bytes.size();
            co_return written;
        }

        bool is_quiet() override
        {
            return answer_.empty();
        }

        void close() noexcept override {}

    private:
        forgetful_service& service_;
        std::string_view answer_{};
    };

    std::string_view answer(std::string_view request)
    {
        auto const token_hash = std::hash<std::string_view>{}(
            request.substr(request.find("Bearer "), request.find("client-request-id") - request.find("Bearer ")));
        if (++requests_ == looked_at_)
            look_();
        if (requests_ == refused_from_)
        {
            refused_ = token_hash;
            renew_();
        }
        return token_hash == refused_ ? "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
                                      : "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
    }

    endpoint graph_;
    std::size_t requests_{0};
    std::size_t refused_from_{0};
    std::size_t looked_at_{0};
    std::size_t refused_{0};
    std::function<void()> renew_{};
    std::function<void()> look_{};
};

std::vector<pair> pairs_of_a_job(std::size_t count)
{
    std::vector<pair> pairs;
    for (auto const& id : task_ids(count))
        pairs.push_back({.job_id = "job", .task_id = id});
    return pairs;
}

bool has_token(boost::asio::io_context& loop, run::credentials& held, std::uint64_t refused)
{
    bool is_other = false;
    boost::asio::co_spawn(loop, held.replace(refused),
                          [&is_other](std::exception_ptr failed, bool other) { is_other = !failed && other; });
    loop.restart();
    loop.run();
    return is_other;
}

}  // namespace

TEST_SUITE("left_in_memory")
{
    TEST_CASE("left in memory: the search finds a token that is there")
    {
        token_recipe const token(99, 2000);
        token_file const file;
        token.write(file.path);
        CHECK(occurrences(token) == 0);
        std::string content(2000, '\0');
        int const from = ::open(file.path.c_str(), O_RDONLY);
        REQUIRE(::read(from, content.data(), content.size()) == 2000);
        ::close(from);
        CHECK(occurrences(token) >= 250);
    }

    TEST_CASE("left in memory: nothing of a token that was replaced, in source, credentials and requests")
    {
        token_recipe const old_token(1, 2000);
        token_recipe const new_token(2, 1500);  // a shorter one does not cover the old one's end
        token_file const file;
        old_token.write(file.path);

        boost::asio::io_context loop(1);
        auto const source = make_file_token(file.path);
        run::credentials held(loop.get_executor(), *source);
        wire::request_template requests{{}, {}};
        wire::wiped_string request;

        REQUIRE(has_token(loop, held, 0));
        requests.use_token(held.current().value);
        requests.write_cancel(request, "job", "task", "id");
        CHECK(occurrences(old_token) != 0);

        new_token.write(file.path);
        REQUIRE(has_token(loop, held, held.current().generation));
        requests.use_token(held.current().value);
        wire::wipe(request);
        requests.write_cancel(request, "job", "a longer task", "id");
        held.forget_unless([](std::uint64_t) { return false; });
        CHECK(occurrences(old_token) == 0);
        CHECK(occurrences(new_token) != 0);
    }

    TEST_CASE("left in memory: nothing of the former token in a run, and nothing of any token after it")
    {
        token_recipe const old_token(3, 2000);
        token_recipe const new_token(4, 1500);
        token_file const file;
        old_token.write(file.path);
        boost::asio::io_context loop(1);
        forgetful_service service;
        auto source = make_file_token(file.path);
        engine canceller(loop.get_executor(), {.max_in_flight = 4, .adapt = false, .executor_is_serial = true},
                         {.transport = &service, .token_source = source.get()});
        service.refuse_from(30, [&] { new_token.write(file.path); });
        std::size_t seen_with_new = 0;
        service.look_at(200, [&] { seen_with_new = occurrences(old_token); });

        pair_list pairs(pairs_of_a_job(300));
        result_list results;
        boost::system::error_code error;
        canceller.async_run(pairs, results,
                            [&error](boost::system::error_code failed, summary const&) { error = failed; });
        loop.run();
        CHECK(!error);
        CHECK(results.results().size() == 300);
        CHECK(seen_with_new == 0);
        source.reset();
        // The engine, which is still there, needs none any more.
        CHECK(occurrences(old_token) == 0);
        CHECK(occurrences(new_token) == 0);
    }
}
