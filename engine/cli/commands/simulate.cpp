#include "cli/commands/simulate.hpp"

#include "cli/options/command.hpp"
#include "cli/options/simulator_options.hpp"
#include "cli/render/summary_json.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/object.hpp>
#include <boost/system/system_error.hpp>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

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
        std::error_code missing;
        auto const folder = std::filesystem::temp_directory_path(missing);
        if (missing)
            throw boost::system::system_error{missing, "no folder for temporary files (variable TMPDIR)"};
        auto pattern = (folder / "batch-cancel-simulator-XXXXXX").string();
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

/** A signal came. */
struct interrupted
{
};

/** A file that is given up when a signal comes: a tenant may have more tasks than anyone wants to wait for. */
class interruptible_file : public std::filebuf
{
public:
    interruptible_file(std::filesystem::path const& file, std::function<bool()> is_interrupted)
        : is_interrupted_(std::move(is_interrupted))
    {
        if (open(file, std::ios::out | std::ios::binary) == nullptr)
            throw boost::system::system_error{errno, boost::system::system_category(), file.string()};
    }

protected:
    std::streamsize xsputn(char const* text, std::streamsize size) override
    {
        constexpr std::streamsize block = 64 * 1024;
        unlooked_ += size;
        if (unlooked_ >= block && is_interrupted_())
            throw interrupted{};
        unlooked_ %= block;
        return std::filebuf::xsputn(text, size);
    }

private:
    std::function<bool()> is_interrupted_;
    std::streamsize unlooked_{0};  // bytes since signals were looked for
};

template <class Write>
std::string write_file(std::filesystem::path const& file, std::function<bool()> is_interrupted, Write write)
{
    interruptible_file buffer{file, std::move(is_interrupted)};
    std::ostream stream{&buffer};
    stream.exceptions(std::ios::badbit);  // so that what the buffer throws comes through
    try
    {
        write(stream);
    }
    catch (std::ios::failure const&)
    {
        throw boost::system::system_error{errno, boost::system::system_category(), file.string()};
    }
    if (buffer.close() == nullptr)
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
    object["cancels"] = {
        {"all", seen.cancels},         {"accepted", seen.accepted},   {"conflict", seen.conflict},
        {"not_found", seen.not_found}, {"throttled", seen.throttled}, {"unauthorized", seen.unauthorized},
        {"busy", seen.busy},           {"lost", seen.lost},           {"refused", seen.refused}};
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

command simulate_command(simulate_options& options)
{
    command made{"simulate", description};
    add_simulator_options(made, options.simulated);
    add_output_options(made, options.output);
    return made;
}

exit_code simulate(simulate_options const& options, console& out)
{
    boost::asio::io_context context{1};
    boost::asio::signal_set signals{context, SIGINT, SIGTERM, SIGHUP};
    temporary_directory const files;
    simulator::server server{context.get_executor(), options.simulated};
    bool is_stopped = false;
    signals.async_wait(
        [&](boost::system::error_code, int)
        {
            is_stopped = true;
            server.stop();
        });
    auto const is_interrupted = [&]
    {
        context.poll();
        return is_stopped;
    };
    out.detail("writing the pairs");
    boost::json::object ready;
    ready["endpoint"] = server.endpoint_url();
    ready["token"] = server.token();
    try
    {
        ready["cacert"] = write_file(files.path() / "ca.pem", is_interrupted,
                                     [&server](std::ostream& to) { to << server.ca_certificate_pem(); });
        ready["pairs"] = write_file(files.path() / "pairs.csv", is_interrupted,
                                    [&server](std::ostream& to) { server.write_pairs(to); });
    }
    catch (interrupted const&)
    {
        return exit_code::all_well;
    }
    if (!write_stdout(line_of(std::move(ready))))
    {
        out.error("stdout cannot be written");
        return exit_code::not_written;
    }
    context.run();
    return write_stdout(seen_line(server.statistics())) ? exit_code::all_well : exit_code::not_written;
}

}  // namespace batch_cancel::cli
