#include "command_process.hpp"

#include "shim/board.hpp"
#include "support/process_texts.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <system_error>

namespace batch_cancel::crash
{

namespace
{

std::vector<std::string> environment_of(command_setting const& setting)
{
    auto variables = batch_cancel::test::basic_variables();
    if (!setting.board.empty())
    {
        variables.push_back("LD_PRELOAD=" BATCH_CANCEL_CRASH_SHIM);
        variables.push_back(std::string{board_variable} + "=" + setting.board.string());
    }
    variables.insert(variables.end(), setting.variables.begin(), setting.variables.end());
    return variables;
}

// All that the child needs, made before there is one: between fork and exec nothing may be allocated.
struct start
{
    char const* folder;
    char const* input;
    char const* out;
    char const* err;
    command_setting const& setting;
    char* const* arguments;
    char* const* variables;
};

void limit(int what, std::optional<std::uint64_t> const& most) noexcept
{
    if (!most)
        return;
    rlimit const wanted{*most, *most};
    ::setrlimit(static_cast<__rlimit_resource>(what), &wanted);
}

void put(char const* path, int flags, int as) noexcept
{
    int const file = ::open(path, flags, S_IRUSR | S_IWUSR);
    if (file < 0)
        ::_exit(126);
    if (file != as)
    {
        ::dup2(file, as);
        ::close(file);
    }
}

[[noreturn]] void become(start const& wanted) noexcept
{
    constexpr int made_anew = O_WRONLY | O_CREAT | O_TRUNC;
    put(wanted.input, O_RDONLY, STDIN_FILENO);
    put(wanted.err, made_anew, STDERR_FILENO);
    if (wanted.setting.has_closed_stdout)
        ::close(STDOUT_FILENO);
    else if (wanted.setting.has_full_stdout)
        put("/dev/full", O_WRONLY, STDOUT_FILENO);
    else
        put(wanted.out, made_anew, STDOUT_FILENO);
    if (::chdir(wanted.folder) != 0)
        ::_exit(126);
    // Sockets of the simulator among others: what the child kept open, the simulator could not close.
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    limit(RLIMIT_FSIZE, wanted.setting.most_bytes_of_a_file);
    limit(RLIMIT_NOFILE, wanted.setting.most_descriptors);
    ::execve(wanted.arguments[0], wanted.arguments, wanted.variables);
    ::_exit(126);
}

std::chrono::milliseconds in_milliseconds(timeval const& time)
{
    return std::chrono::milliseconds{time.tv_sec * 1000 + time.tv_usec / 1000};
}

}  // namespace

std::string text_of(std::filesystem::path const& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

command_process::command_process(command_setting const& setting)
    : out_(setting.folder / "stdout")
    , err_(setting.folder / "stderr")
    , started_(std::chrono::steady_clock::now())
{
    std::error_code ignored;
    std::filesystem::remove(out_, ignored);
    auto arguments = setting.arguments;
    arguments.insert(arguments.begin(), setting.program.empty() ? BATCH_CANCEL_COMMAND : setting.program.string());
    auto variables = environment_of(setting);
    auto const argument_pointers = batch_cancel::test::pointers_to(arguments);
    auto const variable_pointers = batch_cancel::test::pointers_to(variables);
    auto const* const input = setting.input.empty() ? "/dev/null" : setting.input.c_str();
    start const wanted{setting.folder.c_str(),  input, out_.c_str(), err_.c_str(), setting, argument_pointers.data(),
                       variable_pointers.data()};
    process_ = ::fork();
    if (process_ == 0)
        become(wanted);
    if (process_ < 0)
        throw std::system_error{errno, std::generic_category(), "fork"};
    handle_ = static_cast<int>(::syscall(SYS_pidfd_open, process_, 0));
    if (handle_ < 0)
        throw std::system_error{errno, std::generic_category(), "pidfd_open"};
}

command_process::~command_process()
{
    if (handle_ >= 0)
        ::close(handle_);
    if (process_ <= 0)
        return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

std::optional<command_end> command_process::wait(std::chrono::nanoseconds longest)
{
    pollfd ended{.fd = handle_, .events = POLLIN, .revents = 0};
    auto const seconds = std::chrono::floor<std::chrono::seconds>(longest);
    timespec const time{seconds.count(), (longest - seconds).count()};
    if (::ppoll(&ended, 1, &time, nullptr) != 1)
        return std::nullopt;
    int status = 0;
    rusage used{};
    ::wait4(process_, &status, 0, &used);
    process_ = -1;
    command_end end;
    end.was_killed = WIFSIGNALED(status);
    end.code = end.was_killed ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    end.cpu = in_milliseconds(used.ru_utime) + in_milliseconds(used.ru_stime);
    end.wall = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started_);
    end.out = text_of(out_);
    end.err = text_of(err_);
    return end;
}

bool command_process::wait_until_paused() const
{
    siginfo_t what{};
    auto const which = static_cast<id_t>(process_);
    return ::waitid(P_PID, which, &what, WSTOPPED | WEXITED | WNOWAIT) == 0 && what.si_code == CLD_STOPPED;
}

void command_process::send(int signal) const
{
    if (process_ > 0)
        ::kill(process_, signal);
}

}  // namespace batch_cancel::crash
