#include "cli/console/console.hpp"

#include "cli/render/number_text.hpp"
#include "cli/render/summary_json.hpp"
#include "cli/render/visible_text.hpp"

#include <boost/json/object.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

struct level_look
{
    std::string_view name;
    std::string_view prefix;
    std::string_view colored;
};

constexpr std::array<level_look, 4> looks{{
    {"error", "error: ", "\x1b[31merror:\x1b[0m "},
    {"warning", "warning: ", "\x1b[33mwarning:\x1b[0m "},
    {"info", "", ""},
    {"detail", "", ""},
}};

bool write_all(int descriptor, std::string_view text) noexcept
{
    while (!text.empty())
    {
        auto const written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

terminal_facts look_at_terminal()
{
    auto const* const no_color = std::getenv("NO_COLOR");
    auto const* const term = std::getenv("TERM");
    return {.stdin_is_terminal = ::isatty(STDIN_FILENO) == 1,
            .stdout_is_terminal = ::isatty(STDOUT_FILENO) == 1,
            .stderr_is_terminal = ::isatty(STDERR_FILENO) == 1,
            .no_color = no_color != nullptr && *no_color != '\0',
            .dumb = term != nullptr && std::string_view{term} == "dumb"};
}

std::size_t stderr_columns() noexcept
{
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

std::string_view cut_to_row(std::string_view text, std::size_t columns) noexcept
{
    return columns == 0 ? text : text.substr(0, columns - 1);
}

bool wants_color(when setting, bool is_terminal, terminal_facts const& facts) noexcept
{
    if (setting != when::automatic)
        return setting == when::always;
    return is_terminal && !facts.no_color && !facts.dumb;
}

console::console(output_options const& options, terminal_facts const& facts) noexcept
    : verbosity_(options.verbosity)
    , format_(options.log_format)
    , color_(wants_color(options.color, facts.stderr_is_terminal, facts))
    , progress_(options.progress != when::never && options.verbosity != verbosity::quiet)
    , live_line_(progress_ && options.log_format == log_format::text &&
                 (options.progress == when::always || (facts.stderr_is_terminal && !facts.dumb)))
{
}

void console::error(std::string_view text)
{
    say(level::error, text);
}

void console::warning(std::string_view text)
{
    if (verbosity_ != verbosity::quiet)
        say(level::warning, text);
}

void console::info(std::string_view text)
{
    if (verbosity_ != verbosity::quiet)
        say(level::info, text);
}

void console::detail(std::string_view text)
{
    if (verbosity_ == verbosity::verbose)
        say(level::detail, text);
}

void console::live(std::string_view text)
{
    if (!live_line_ || (text.empty() && shown_.empty()))
        return;
    // What is wider than the terminal would run on in the next row, where it could not be taken away any more.
    shown_ = cut_to_row(text, stderr_columns());
    write_all(STDERR_FILENO, "\r\x1b[K" + shown_);
}

void console::say(level how, std::string_view text)
{
    auto const& look = looks[static_cast<std::size_t>(how)];
    std::string line;
    if (format_ == log_format::json)
    {
        boost::json::object object;
        object["time"] = time_text(std::chrono::system_clock::now());
        object["level"] = look.name;
        object["message"] = text;
        append_json(line, std::move(object));
    }
    else
    {
        line = shown_.empty() ? "" : "\r\x1b[K";
        line += "batch-cancel: ";
        line += color_ ? look.colored : look.prefix;
        line += visible_text(text);
    }
    line += '\n';
    line += shown_;
    write_all(STDERR_FILENO, line);
}

bool write_stdout(std::string_view text) noexcept
{
    return write_all(STDOUT_FILENO, text);
}

}  // namespace batch_cancel::cli
