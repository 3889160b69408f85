#pragma once

#include "cli/options/output_options.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** What stdin, stdout and stderr are. */
struct terminal_facts
{
    bool stdin_is_terminal = false;
    bool stdout_is_terminal = false;
    bool stderr_is_terminal = false;
    /** NO_COLOR is set and not empty. */
    bool no_color = false;
    /** TERM is "dumb". */
    bool dumb = false;
};

terminal_facts look_at_terminal();

/** Tell whether a stream gets colours. */
bool wants_color(when setting, bool is_terminal, terminal_facts const& facts) noexcept;

/** Columns of the terminal that is stderr; 0 if it is none, or does not tell. */
std::size_t stderr_columns() noexcept;

/** Cut a line of ASCII so that a terminal shows it in one row, with its last column free for the cursor.
    @param columns  0 cuts nothing. */
std::string_view cut_to_row(std::string_view text, std::size_t columns) noexcept;

/** What is said on stderr: messages, a line each, and perhaps a live line below them that is written over and over.

    What does not fit to be shown on a terminal is made visible. Not being able to write is no error here. */
class console
{
public:
    console(output_options const& options, terminal_facts const& facts) noexcept;

    /** Something went wrong, or must be known. */
    void error(std::string_view text);
    void warning(std::string_view text);
    void info(std::string_view text);
    /** For -v only. */
    void detail(std::string_view text);

    /** Show a live line, as much of it as fits, or take it away with an empty one.
        @param text  ASCII. */
    void live(std::string_view text);

    bool has_live_line() const noexcept
    {
        return live_line_;
    }

    bool is_verbose() const noexcept
    {
        return verbosity_ == verbosity::verbose;
    }

    /** Tell whether progress is to be shown at all. */
    bool shows_progress() const noexcept
    {
        return progress_;
    }

private:
    enum class level
    {
        error,
        warning,
        info,
        detail,
    };

    void say(level how, std::string_view text);

    verbosity verbosity_;
    log_format format_;
    bool color_;
    bool progress_;
    bool live_line_;
    std::string shown_;  // the live line as it stands
};

/** Write to stdout.
    @return  False if not all of it could be written. */
bool write_stdout(std::string_view text) noexcept;

}  // namespace batch_cancel::cli
