// What the journal costs a pair: whole runs of the engine over connections in memory, with and without it, in turn. No network
// and no TLS, so that little else varies.
#include "journal/record_writer.hpp"

#include <batch_cancel/engine.hpp>
#include <batch_cancel/journal_file.hpp>
#include <batch_cancel/options.hpp>
#include <batch_cancel/pair_source.hpp>
#include <batch_cancel/result_sink.hpp>
#include <batch_cancel/token_source.hpp>
#include <batch_cancel/transport.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace asio = boost::asio;
using namespace batch_cancel;

namespace
{

constexpr std::string_view usage = R"(Example: journal_cost --rounds 5
         journal_cost --pairs 100000 --folder /var/tmp

Usage: journal_cost [--pairs N] [--rounds N] [--folder FOLDER]

Runs N pairs (200000) through the engine and connections in memory, 64 at once: without a journal, with one that writes its
records and throws them away, and with one in FOLDER (the folder for temporary files); in turn, as often as told (5), after
one round that is not counted. Prints CPU time a pair.
)";

constexpr std::string_view answer = "HTTP/1.1 202 Accepted\r\n"
                                    "Content-Type: application/json\r\n"
                                    "request-id: 6a88de8d-1111-4222-8333-123456789abc\r\n"
                                    "Content-Length: 158\r\n\r\n"
                                    R"({"status":"Accepted","message":"Cancellation request for task )"
                                    R"(6a88de8d-1111-4222-8333-123456789abc in job )"
                                    R"(add14989-1111-4222-8333-123456789abc was accepted."})";
static_assert(answer.size() - answer.find("\r\n\r\n") - 4 == 158);

struct settings
{
    std::size_t pairs = 200'000;
    std::size_t rounds = 5;
    std::filesystem::path folder = std::filesystem::temp_directory_path();
};

/** Answers every request in the next turn of the event loop. */
class memory_connection final : public connection
{
public:
    asio::awaitable<io_result> read_some(asio::mutable_buffer into) override
    {
        co_await asio::post(asio::use_awaitable);
        auto const count = std::min(into.size(), answer.size() - read_);
        std::memcpy(into.data(), answer.data() + read_, count);
        read_ = (read_ + count) % answer.size();
        co_return io_result{.error = {}, .bytes = count};
    }

    asio::awaitable<io_result> write(asio::const_buffer bytes) override
    {
        co_return io_result{.error = {}, .bytes = bytes.size()};
    }

    bool is_quiet() override
    {
        return read_ == 0;
    }

    void close() noexcept override {}

private:
    std::size_t read_{0};
};

class memory_transport final : public transport
{
public:
    endpoint const& service() const noexcept override
    {
        return service_;
    }

    asio::awaitable<connect_result> connect() override
    {
        co_return connect_result{.connection = std::make_unique<memory_connection>(), .failure = {}};
    }

private:
    endpoint service_;
};

/** Numbered pairs, as a file of them would give. */
class numbered_pairs final : public pair_source
{
public:
    explicit numbered_pairs(std::size_t count)
        : count_(count)
    {
    }

    asio::awaitable<std::size_t> read_some(std::span<pair> into) override
    {
        std::size_t filled = 0;
        for (; filled != into.size() && next_ != count_; ++filled, ++next_)
        {
            auto& made = into[filled];
            made.job_id = "add14989-1111-4222-8333-123456789abc";
            made.task_id = "6a88de8d-1111-4222-8333-000000000000";
            put_number(made.task_id, next_);
            made.source = "pairs.csv:0000000";
            put_number(made.source, next_);
            made.earlier_attempts = 0;
            made.ambiguous = false;
            made.carried.clear();
        }
        co_return filled;
    }

private:
    static void put_number(std::string& at_end_of, std::size_t number)
    {
        for (auto at = at_end_of.size(); number != 0; number /= 10)
            at_end_of[--at] = static_cast<char>('0' + number % 10);
    }

    std::size_t count_;
    std::size_t next_{0};
};

class no_sink final : public result_sink
{
public:
    asio::awaitable<void> put(result const&) override
    {
        co_return;
    }
};

struct cpu_times
{
    double user = 0;
    double system = 0;

    double whole() const noexcept
    {
        return user + system;
    }
};

cpu_times cpu_now()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    auto const microseconds = [](timeval const& time)
    { return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec); };
    return {.user = microseconds(used.ru_utime), .system = microseconds(used.ru_stime)};
}

/** Writes every record as the real journal does, and throws it away. */
class forgetful_journal final : public journal
{
public:
    asio::awaitable<void> plan(std::span<pair const> block) override
    {
        for (auto const& each : block)
            noted_.planned(each);
        return forget();
    }

    void begin(pair const&) override
    {
        ++begun_;
    }

    void admit(pair const& admitted) override
    {
        noted_.admitted(admitted);
    }

    void wait(result const& so_far) override
    {
        noted_.waiting(so_far);
    }

    void pause(std::chrono::system_clock::time_point until) override
    {
        noted_.pause(until, {});
    }

    void settle(result const& settled) override
    {
        noted_.result(settled);
    }

    void leave(pair const& left) override
    {
        noted_.unprocessed(left);
    }

    asio::awaitable<void> commit() override
    {
        return forget();
    }

private:
    asio::awaitable<void> forget()
    {
        if (begun_ != told_)
            noted_.begun(begun_ - std::exchange(told_, begun_), begun_);
        noted_.clear();
        co_return;
    }

    journal_format::record_writer noted_{{}};
    std::uint64_t begun_{0};
    std::uint64_t told_{0};
};

enum class keeping
{
    nothing,
    notes,
    file,
};

/** The journal of a run, of the kind that is wanted. */
class kept_journal
{
public:
    kept_journal(settings const& given, keeping what)
    {
        if (what == keeping::notes)
            notes_.emplace();
        if (what != keeping::file)
            return;
        auto const path = given.folder / ("journal-cost-" + std::to_string(::getpid()) + ".jsonl");
        run_record run;
        run.run_id = "cost";
        run.time = std::chrono::system_clock::now();
        file_.emplace(path, run, journal_file_options{.blocking = disk_.get_executor()});
        std::filesystem::remove(path);  // it lives on while it is open, and is gone however this ends
    }

    journal* get()
    {
        return file_ ? static_cast<journal*>(&*file_) : notes_ ? &*notes_ : nullptr;
    }

private:
    asio::thread_pool disk_{1};
    std::optional<journal_file> file_;
    std::optional<forgetful_journal> notes_;
};

/** One run; what it took, in microseconds of CPU a pair. */
cpu_times measure(settings const& given, keeping what)
{
    asio::io_context loop(1);
    kept_journal log(given, what);
    memory_transport transport;
    auto const token = make_fixed_token("token");
    numbered_pairs pairs(given.pairs);
    no_sink results;
    engine_options options;
    options.adapt = false;
    options.executor_is_serial = true;
    engine cancels(loop.get_executor(), options,
                   {.transport = &transport, .token_source = token.get(), .journal = log.get()});
    std::uint64_t accepted = 0;
    auto const before = cpu_now();
    cancels.async_run(pairs, results,
                      [&](boost::system::error_code error, summary const& told)
                      {
                          accepted = error ? 0 : told.pairs.accepted;
                          loop.stop();
                      });
    loop.run();
    auto const after = cpu_now();
    if (accepted != given.pairs)
        throw std::runtime_error("not all pairs were accepted");
    auto const count = static_cast<double>(given.pairs);
    return {.user = (after.user - before.user) / count, .system = (after.system - before.system) / count};
}

double median(std::vector<double> values)
{
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

std::size_t number_from(std::string_view text)
{
    std::size_t number = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || number == 0 || number > 1'000'000)
        throw std::invalid_argument("a number from 1 to 1000000 is wanted, not " + std::string(text));
    return number;
}

settings settings_from(std::span<char* const> arguments)
{
    settings given;
    for (std::size_t at = 0; at < arguments.size(); at += 2)
    {
        std::string_view const name = arguments[at];
        if (at + 1 == arguments.size())
            throw std::invalid_argument("no value for " + std::string(name));
        if (name == "--pairs")
            given.pairs = number_from(arguments[at + 1]);
        else if (name == "--rounds")
            given.rounds = number_from(arguments[at + 1]);
        else if (name == "--folder")
            given.folder = arguments[at + 1];
        else
            throw std::invalid_argument("there is no " + std::string(name));
    }
    return given;
}

void compare(settings const& given)
{
    std::vector<double> bare;
    std::vector<double> noted;
    std::vector<double> kept;
    std::printf("%zu pairs, 64 at once, journal in %s; us of CPU a pair\n", given.pairs, given.folder.c_str());
    for (std::size_t round = 0; round <= given.rounds; ++round)
    {
        auto const nothing = measure(given, keeping::nothing).whole();
        auto const notes = measure(given, keeping::notes).whole();
        auto const file = measure(given, keeping::file);
        std::printf("%-8s%2zu: no journal %.2f, records alone %.2f, file %.2f (%.2f in the system)\n",
                    round == 0 ? "warm-up" : "round", round, nothing, notes, file.whole(), file.system);
        if (round == 0)
            continue;
        bare.push_back(nothing);
        noted.push_back(notes);
        kept.push_back(file.whole());
    }
    std::printf("median: the records cost %.2f, bringing them to the disk %.2f, both %.2f us a pair\n",
                median(noted) - median(bare), median(kept) - median(noted), median(kept) - median(bare));
}

}  // namespace

int main(int count, char** values)
{
    try
    {
        std::span<char* const> const arguments(values + 1, static_cast<std::size_t>(count - 1));
        if (!arguments.empty() &&
            (std::string_view(arguments[0]) == "--help" || std::string_view(arguments[0]) == "-h"))
        {
            std::fputs(usage.data(), stdout);
            return EXIT_SUCCESS;
        }
        compare(settings_from(arguments));
        return EXIT_SUCCESS;
    }
    catch (std::invalid_argument const& wrong)
    {
        std::fprintf(stderr, "journal_cost: %s\n%s", wrong.what(), usage.data());
        return 2;
    }
    catch (std::exception const& failed)
    {
        std::fprintf(stderr, "journal_cost: %s\n", failed.what());
        return EXIT_FAILURE;
    }
}
