// A configuration file, up to the options of a run.
#include "cli/options/settings.hpp"

#include "cli/options/run_options.hpp"
#include "cli/options/usage_error.hpp"
#include "fuzz/fuzzed_input.hpp"
#include "fuzz/memory_file.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace batch_cancel;
using namespace std::chrono_literals;
using fuzz::expect;

namespace
{

/** The commands, made once. */
class commands
{
public:
    commands()
        : run_(cli::run_command(options_))
        , other_("simulate", "")
    {
        other_.add_value("--only-there", "TEXT", "", [](auto const&) {});
        run_.add_value("--config", "FILE", "", [](auto const&) {});
    }

    commands(commands const&) = delete;
    commands& operator=(commands const&) = delete;

    void start_anew()
    {
        for (auto& each : run_.options())
            each.forget();
        options_ = {};
    }

    /** What the program does with a file. */
    void take(std::filesystem::path const& file)
    {
        cli::apply_file(run_, file, {&run_, &other_});
        settle();
    }

    /** What it does with options that were journaled. */
    void take(std::vector<run_option> const& given)
    {
        std::vector<std::pair<std::string, std::vector<std::string>>> grouped;
        for (auto const& each : given)
        {
            if (grouped.empty() || grouped.back().first != each.name)
                grouped.push_back({each.name, {}});
            grouped.back().second.push_back(each.value);
        }
        for (auto& [name, values] : grouped)
        {
            auto* const found = run_.find(name);
            expect(found != nullptr, "an option that was given is one");
            found->give(cli::origin::file, std::move(values), name);
        }
        settle();
    }

    std::vector<run_option> given() const
    {
        return cli::given_options(run_);
    }

    cli::run_options const& options() const noexcept
    {
        return options_;
    }

private:
    void settle()
    {
        cli::drop_what_has_no_meaning(run_);
        cli::settle_rivals(run_);
        run_.read_values();
        cli::check_together(options_);
    }

    cli::run_options options_;
    cli::command run_;
    cli::command other_;
};

void check(cli::run_options const& read)
{
    expect(read.concurrency >= 1 && read.concurrency <= 4096, "the concurrency is within its bounds");
    expect(read.max_attempts >= 1, "there is an attempt");
    expect(read.timeout > 0s && read.connect_timeout > 0s, "there is time for an attempt");
    expect(read.patience >= 0s && read.max_duration >= 0s, "patience is not negative");
    expect(read.rate >= 0 && read.rate <= 1e6, "the rate is within its bounds");
    expect(read.halt.share >= 0 && read.halt.share <= 1, "the share that halts is one");
    expect(read.api_version == "v1.0" || read.api_version == "beta", "the version of the API is one of two");
    expect(!read.input.shard || (read.input.shard->number >= 1 && read.input.shard->number <= read.input.shard->count),
           "a shard is one of its number");
    for (auto const& name : read.input.rules.carry)
        expect(!name.empty(), "a column that is carried has a name");
}

bool are_same(std::vector<run_option> const& left, std::vector<run_option> const& right)
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](run_option const& a, run_option const& b) { return a.name == b.name && a.value == b.value; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static auto& table = *new commands;
    static fuzz::memory_file file;
    file.write({reinterpret_cast<char const*>(data), size});
    table.start_anew();
    try
    {
        table.take(file.path());
    }
    catch (cli::usage_error const& refused)
    {
        expect(std::string_view(refused.what()).starts_with("/proc/self/fd/") ||
                   std::string_view(refused.what()).starts_with("--"),
               "what is refused is told with its place");
        return 0;
    }
    check(table.options());
    auto const given = table.given();
    table.start_anew();
    table.take(given);
    check(table.options());
    expect(are_same(table.given(), given), "options that are written can be given again");
    return 0;
}
