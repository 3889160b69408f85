#include "child.hpp"

#include "resource_limit.hpp"
#include "support/process_texts.hpp"

#include <boost/json/parse.hpp>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

extern char** environ;

namespace
{

constexpr int longest_silence_ms = 60'000;

struct pipe_pair
{
    pipe_pair()
    {
        std::array<int, 2> both{};
        if (::pipe2(both.data(), O_CLOEXEC) != 0)
            throw std::system_error{errno, std::generic_category(), "pipe2"};
        read = both[0];
        write = both[1];
    }

    int read = -1;
    int write = -1;
};

std::vector<std::string> environment_of(child_setting const& setting)
{
    auto variables = batch_cancel::test::basic_variables();
    variables.insert(variables.end(), setting.variables.begin(), setting.variables.end());
    return variables;
}

void close_end(int& descriptor)
{
    if (descriptor >= 0)
        ::close(descriptor);
    descriptor = -1;
}

// The side of a new terminal at which somebody would sit.
int open_terminal()
{
    auto const terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0 || ::grantpt(terminal) != 0 || ::unlockpt(terminal) != 0)
        throw std::system_error{errno, std::generic_category(), "posix_openpt"};
    return terminal;
}

bool append_from(int& descriptor, std::string& to)
{
    std::array<char, 65536> block;
    auto const count = ::read(descriptor, block.data(), block.size());
    if (count > 0)
        to.append(block.data(), static_cast<std::size_t>(count));
    else
        close_end(descriptor);
    return count > 0;
}

std::size_t count_of(std::string_view text, std::string_view in)
{
    std::size_t count = 0;
    for (auto at = in.find(text); at != std::string_view::npos; at = in.find(text, at + text.size()))
        ++count;
    return count;
}

}  // namespace

work_directory::work_directory()
{
    auto pattern = (std::filesystem::temp_directory_path() / "batch-cancel-cli-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error{"no temporary directory"};
    path_ = pattern;
}

work_directory::~work_directory()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string work_directory::write(std::string_view name, std::string_view content) const
{
    auto const file = path_ / name;
    std::ofstream{file, std::ios::binary} << content;
    return file.string();
}

std::string work_directory::write_pairs(std::string_view name, int count) const
{
    std::string text = "job_id,task_id\n";
    for (int i = 0; i != count; ++i)
        text += "Wave 1," + std::to_string(i) + "\n";
    return write(name, text);
}

std::string work_directory::read(std::string_view name) const
{
    std::ifstream file{path_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

boost::json::value child_result::json() const
{
    return boost::json::parse(out);
}

child::child(work_directory const& where, std::vector<std::string> arguments, child_setting const& setting)
{
    pipe_pair const in;
    pipe_pair const out;
    pipe_pair const err;
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addchdir_np(&actions, where.path().c_str());
    if (setting.at_terminal)
    {
        terminal_ = open_terminal();
        auto const* const name = ::ptsname(terminal_);
        ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, name, O_RDWR | O_NOCTTY, 0);
    }
    else
        ::posix_spawn_file_actions_adddup2(&actions, in.read, STDIN_FILENO);
    if (setting.stdout_file.empty())
        ::posix_spawn_file_actions_adddup2(&actions, out.write, STDOUT_FILENO);
    else
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, setting.stdout_file.c_str(), O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, err.write, STDERR_FILENO);
    arguments.insert(arguments.begin(), BATCH_CANCEL_COMMAND);
    auto variables = environment_of(setting);
    auto const argument_pointers = batch_cancel::test::pointers_to(arguments);
    auto const variable_pointers = batch_cancel::test::pointers_to(variables);
    std::optional<resource_limit> limit;
    if (setting.most_descriptors != 0)
        limit.emplace(RLIMIT_NOFILE, setting.most_descriptors);
    auto const error = ::posix_spawn(&process_, BATCH_CANCEL_COMMAND, &actions, nullptr, argument_pointers.data(),
                                     variable_pointers.data());
    limit.reset();
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(in.read);
    ::close(out.write);
    ::close(err.write);
    input_ = in.write;
    out_ = out.read;
    err_ = err.read;
    if (error != 0)
        throw std::system_error{error, std::generic_category(), "posix_spawn"};
    // Inputs of these tests fit into a pipe.
    if (::write(input_, setting.input.data(), setting.input.size()) != static_cast<ssize_t>(setting.input.size()))
        throw std::system_error{errno, std::generic_category(), "write"};
    if (!setting.keep_input_open)
        close_input();
}

child::~child()
{
    close_input();
    close_end(terminal_);
    close_end(out_);
    close_end(err_);
    if (process_ <= 0)
        return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

void child::send(int signal) const
{
    ::kill(process_, signal);
}

void child::close_input()
{
    close_end(input_);
}

bool child::read_more()
{
    std::array<pollfd, 2> ends{
        {{.fd = out_, .events = POLLIN, .revents = 0}, {.fd = err_, .events = POLLIN, .revents = 0}}};
    if (out_ < 0 && err_ < 0)
        return false;
    if (::poll(ends.data(), ends.size(), longest_silence_ms) <= 0)
        throw std::runtime_error{"the command says nothing and does not end: " + result_.err};
    if (ends[0].revents != 0)
        append_from(out_, result_.out);
    if (ends[1].revents != 0)
        append_from(err_, result_.err);
    return true;
}

std::string child::wait_for_line()
{
    while (result_.out.find('\n') == std::string::npos && read_more())
    {
    }
    auto const end = result_.out.find('\n');
    auto line = result_.out.substr(0, end);
    result_.out.erase(0, end == std::string::npos ? end : end + 1);
    return line;
}

bool child::wait_for_message(std::string_view text, std::size_t times)
{
    while (count_of(text, result_.err) < times)
        if (!read_more())
            return false;
    return true;
}

child_result child::wait()
{
    while (read_more())
    {
    }
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    result_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result_;
}

bool says(child_result const& done, std::string_view text)
{
    return done.err.find(text) != std::string::npos;
}

child_result run(work_directory const& where, std::vector<std::string> arguments, child_setting const& setting)
{
    child started{where, std::move(arguments), setting};
    return started.wait();
}
