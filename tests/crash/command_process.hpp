#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::crash
{

/** How the command is started. */
struct command_setting
{
    /** Its working directory; its stdout and stderr are kept there. */
    std::filesystem::path folder{};
    /** Empty: the command. */
    std::filesystem::path program{};
    std::vector<std::string> arguments{};
    /** "NAME=VALUE"; nothing else is handed on but PATH, HOME and the like. */
    std::vector<std::string> variables{};
    /** The board of the shim. Empty: the shim is not preloaded. */
    std::filesystem::path board{};
    /** Empty: /dev/null. */
    std::filesystem::path input{};
    /** Its stdout is /dev/full. */
    bool has_full_stdout = false;
    /** Its stdout is closed. */
    bool has_closed_stdout = false;
    /** RLIMIT_FSIZE. */
    std::optional<std::uint64_t> most_bytes_of_a_file{};
    /** RLIMIT_NOFILE. */
    std::optional<std::uint64_t> most_descriptors{};
};

/** How it ended. */
struct command_end
{
    /** Of exit; 128 and the signal if one ended it. */
    int code = -1;
    bool was_killed = false;
    std::string out{};
    std::string err{};
    std::chrono::milliseconds cpu{};
    std::chrono::milliseconds wall{};
};

/** The command as a process. */
class command_process
{
public:
    /** Start it.
        @par Errors  std::system_error. */
    explicit command_process(command_setting const& setting);

    command_process(command_process const&) = delete;
    command_process& operator=(command_process const&) = delete;

    /** Kills it, if it is still there. */
    ~command_process();

    /** Wait for its end.
        @return  Nothing if it has not ended in that time. */
    std::optional<command_end> wait(std::chrono::nanoseconds longest);

    /** Wait until it has stopped itself. False if it has ended instead. */
    bool wait_until_paused() const;

    void send(int signal) const;

private:
    std::filesystem::path out_;
    std::filesystem::path err_;
    std::chrono::steady_clock::time_point started_;
    int process_{-1};
    int handle_{-1};
};

/** The text of a file; empty if there is none. */
std::string text_of(std::filesystem::path const& file);

}  // namespace batch_cancel::crash
