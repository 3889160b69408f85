#pragma once

#include <boost/json/value.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/** A working directory of its own for a test, gone when the test ends. */
class work_directory
{
public:
    work_directory();
    work_directory(work_directory const&) = delete;
    work_directory& operator=(work_directory const&) = delete;
    ~work_directory();

    /** Write a file and tell its path. */
    std::string write(std::string_view name, std::string_view content) const;

    /** Write a file of so many pairs, task ids "0", "1", ... of job "Wave 1". */
    std::string write_pairs(std::string_view name, int count) const;

    std::string read(std::string_view name) const;

    std::filesystem::path const& path() const noexcept
    {
        return path_;
    }

private:
    std::filesystem::path path_;
};

/** How a child was. */
struct child_result
{
    /** Of exit; 128 and the signal if one ended it. */
    int code = -1;
    std::string out{};
    std::string err{};

    /** What is on stdout, as one JSON value. */
    boost::json::value json() const;
};

/** What a child gets from its parent. */
struct child_setting
{
    /** Written to its stdin, which is then closed. */
    std::string input{};
    /** "NAME=VALUE". Variables of the tests themselves that would disturb are not handed on. */
    std::vector<std::string> variables{};
    /** Its stdout instead of a pipe. */
    std::string stdout_file{};
    /** Its stdin is a terminal at which nobody types. */
    bool at_terminal = false;
    /** Keeps its stdin open until `close_input`. */
    bool keep_input_open = false;
    /** File descriptors that it may have open at once; 0 is the usual. */
    unsigned most_descriptors = 0;
};

/** The command as a process of its own, in a directory. */
class child
{
public:
    child(work_directory const& where, std::vector<std::string> arguments, child_setting const& setting = {});
    child(child const&) = delete;
    child& operator=(child const&) = delete;

    /** Kills it, if it is still there. */
    ~child();

    void send(int signal) const;

    /** Its process id. */
    int id() const noexcept
    {
        return process_;
    }

    void close_input();

    /** Wait until its stdout has a whole line, and tell it. */
    std::string wait_for_line();

    /** Wait until its stderr holds a text, or holds it that many times. False if it ended before. */
    bool wait_for_message(std::string_view text, std::size_t times = 1);

    /** Wait for its end. */
    child_result wait();

private:
    bool read_more();

    int process_{-1};
    int input_{-1};
    int terminal_{-1};
    int out_{-1};
    int err_{-1};
    child_result result_;
};

/** Whether its stderr holds a text. */
bool says(child_result const& done, std::string_view text);

/** Run the command to its end. */
child_result run(work_directory const& where, std::vector<std::string> arguments, child_setting const& setting = {});
