#include "cli/commands/simulate.hpp"

#include "cli/options/simulator_options.hpp"
#include "cli/render/summary_json.hpp"

#include <CLI/CLI.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/object.hpp>
#include <boost/system/system_error.hpp>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

namespace batch_cancel::cli
{

namespace
{

constexpr char const* description = R"(Examples:
  batch-cancel simulate                                       a tenant of 100 jobs with 100 tasks each
  batch-cancel simulate --conflict 5% --latency 20ms..80ms    some tasks too late, answers that take their time
  batch-cancel simulate --throttle 50/s --fault reset-after=1%

Runs the local Graph simulator on loopback until interrupted.)";

/** A directory that is gone with this object. */
class temporary_directory
{
public:
    temporary_directory()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "batch-cancel-simulator-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw boost::system::system_error{errno, boost::system::system_category(), pattern};
        path_ = pattern;
    }

    temporary_directory(temporary_directory const&) = delete;
    temporary_directory& operator=(temporary_directory const&) = delete;

    ~temporary_directory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::filesystem::path const& path() const noexcept
    {
        return path_;
    }

private:
    std::filesystem::path path_;
};

template <class Write>
std::string write_file(std::filesystem::path const& file, Write write)
{
    std::ofstream stream{file, std::ios::binary};
    write(stream);
    stream.close();
    if (!stream)
        throw boost::system::system_error{errno, boost::system::system_category(), file.string()};
    return file.string();
}

std::string line_of(boost::json::object object)
{
    std::string line;
    append_json(line, std::move(object));
    return line + '\n';
}

std::string seen_line(simulator::statistics const& seen)
{
    boost::json::object object;
    object["requests"] = seen.requests;
    object["cancels"] = {{"all", seen.cancels},         {"accepted", seen.accepted},
                         {"conflict", seen.conflict},   {"not_found", seen.not_found},
                         {"throttled", seen.throttled}, {"unauthorized", seen.unauthorized},
                         {"lost", seen.lost},           {"refused", seen.refused}};
    object["tasks_asked"] = seen.tasks_asked;
    object["tasks_asked_again"] = seen.tasks_asked_again;
    object["most_cancels_of_a_task"] = seen.most_cancels_of_a_task;
    object["before_retry_after"] = seen.early;
    object["faults"] = seen.faults;
    object["connections"] = seen.connections;
    object["most_connections"] = seen.most_connections;
    object["most_requests_at_once"] = seen.most_requests_at_once;
    return line_of(std::move(object));
}

}  // namespace

CLI::App& add_simulate_command(CLI::App& app, simulate_options& options)
{
    auto& command = *app.add_subcommand("simulate", description);
    add_simulator_options(command, options.simulated);
    add_output_options(command, options.output);
    return command;
}

exit_code simulate(simulate_options const& options, console& out)
{
    boost::asio::io_context context{1};
    boost::asio::signal_set signals{context, SIGINT, SIGTERM, SIGHUP};
    temporary_directory const files;
    simulator::server server{context.get_executor(), options.simulated};
    boost::json::object ready;
    ready["endpoint"] = server.endpoint_url();
    ready["cacert"] =
        write_file(files.path() / "ca.pem", [&server](std::ostream& to) { to << server.ca_certificate_pem(); });
    ready["token"] = server.token();
    ready["pairs"] = write_file(files.path() / "pairs.csv", [&server](std::ostream& to) { server.write_pairs(to); });
    if (!write_stdout(line_of(std::move(ready))))
    {
        out.error("stdout cannot be written");
        return exit_code::not_written;
    }
    signals.async_wait([&server](boost::system::error_code, int) { server.stop(); });
    context.run();
    return write_stdout(seen_line(server.statistics())) ? exit_code::all_well : exit_code::not_written;
}

}  // namespace batch_cancel::cli
