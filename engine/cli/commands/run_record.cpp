#include "cli/commands/run_record.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/system/system_error.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <pwd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <system_error>

namespace batch_cancel::cli
{

namespace
{

std::string user_name()
{
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return found->pw_name;
    return std::to_string(::geteuid());
}

std::string host_name()
{
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string{name.data()} : std::string{};
}

std::string absolute(std::string const& input)
{
    std::error_code error;
    auto const path = std::filesystem::absolute(input, error);
    return input == "-" || error ? input : path.string();
}

std::chrono::nanoseconds duration_of(timeval const& time) noexcept
{
    return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

// Calls `make` with what was given, or with default names until one is free.
template <class Make>
auto with_new_name(std::string const& given, run_record const& run, Make const& make)
{
    constexpr std::size_t most_names = 29;  // of four digits each, in the 32 of an id
    if (!given.empty())
        return make(std::filesystem::path{given});
    for (std::size_t number = 0;; ++number)
    {
        try
        {
            return make(std::filesystem::path{default_journal_name(run, number)});
        }
        catch (boost::system::system_error const& error)
        {
            if (error.code() != errc::journal_exists || number + 1 == most_names)
                throw;
        }
    }
}

}  // namespace

run_record describe_run(run_options const& options, service_access const& service,
                        std::vector<std::string> const& carried, resumption const* resumed)
{
    run_record run{.run_id = to_string(boost::uuids::random_generator{}()),
                   .time = std::chrono::system_clock::now(),
                   .program_version = BATCH_CANCEL_VERSION,
                   .endpoint = service.endpoint_url,
                   .api_version = options.api_version,
                   .tenant = service.token.tenant,
                   .user = user_name(),
                   .host = host_name(),
                   .options = options.given,
                   .inputs = {},
                   .carried = carried,
                   .shard = options.input.shard};
    if (resumed != nullptr)
    {
        auto const& before = resumed->known().last_run();
        run.run_id = before.run_id;
        // A token that does not tell its tenant makes no other run of it.
        if (run.tenant.empty())
            run.tenant = before.tenant;
    }
    for (auto const& input : options.input.files)
        run.inputs.push_back(absolute(input));
    return run;
}

std::string default_journal_name(run_record const& run, std::size_t number)
{
    auto digits = run.run_id;
    std::erase(digits, '-');
    auto const seconds = std::chrono::system_clock::to_time_t(run.time);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 32> time{};
    std::strftime(time.data(), time.size(), "%Y%m%dT%H%M%SZ", &utc);
    return "batch-cancel-" + std::string{time.data()} + "-" + digits.substr(number, 4) + ".jsonl";
}

journal_file create_journal(std::string const& given, run_record const& run, journal_file_options const& keeping)
{
    return with_new_name(given, run,
                         [&](std::filesystem::path const& path) {
                             return journal_file{path, run, keeping};
                         });
}

void try_journal(std::string const& given, run_record const& run)
{
    with_new_name(given, run, [](std::filesystem::path const& path) { return journal_file::try_create(path); });
}

std::chrono::nanoseconds cpu_time() noexcept
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return duration_of(used.ru_utime) + duration_of(used.ru_stime);
}

}  // namespace batch_cancel::cli
