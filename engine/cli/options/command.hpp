#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace batch_cancel::cli
{

/** Where the value of an option comes from; each beats those after it. */
enum class origin : std::uint8_t
{
    command_line,
    /** The journal of the run that is continued; see from_journal. */
    journal,
    variable,
    file,
    /** It has none. */
    none,
};

enum class option_shape : std::uint8_t
{
    /** Is there or not; in variables and files true or false. */
    flag,
    value,
    /** A value that may be given several times. */
    list,
    /** Stands on the command line without a name, any number of times. */
    positional,
};

/** What a process that continues a run takes for an option from the journal of that run. Whoever sends a journal must not decide
    where a secret goes, which secret or program is used, which file is written, or that nothing is asked or shown. */
enum class from_journal : std::uint8_t
{
    /** Nobody has decided yet, so it is never taken. A test refuses a setting of `run` or `resume` that stays like this. */
    undecided,
    /** Taken: it decides how the run behaves. */
    taken,
    /** Never taken, because it decides where a secret goes, or which secret or program is used. A run that used it needs it
        again. */
    given_again,
    /** As `given_again`, but any other sign-in will do: it decides where the token comes from. */
    sign_in,
    /** Never taken, because it decides which file is written, or that nothing is asked or shown. The user is told. */
    left_out,
    /** Never taken, and not missed: it was meant for one process of the run. */
    of_one_process,
};

/** One option of a command: how it is written, what it is for, and what has been given for it. */
struct option
{
    /** Reads what was given, once at most.
        @par Errors  Throws std::invalid_argument that says what would be right. */
    using reader = std::function<void(std::vector<std::string> const&)>;

    /** As on the command line, "-c,--concurrency"; the name of a positional, "PAIRS". */
    std::string names{};
    option_shape shape = option_shape::value;
    /** Stands for the value in the help. */
    std::string type{};
    std::string help{};
    /** Heading in the help; empty: the general one. */
    std::string group{};
    reader read{};
    /** Long name of an option that says the opposite: of two values the one by the better origin holds. */
    std::string rival{};
    /** The value is a path, but for the one text that is a word. */
    bool is_path = false;
    std::string word{};
    /** A positional that must be there. */
    bool is_required = false;
    /** A positional that takes one argument, and leaves the others to the next. */
    bool takes_one = false;
    from_journal journal = from_journal::undecided;

    cli::origin origin = cli::origin::none;
    std::vector<std::string> texts{};
    /** How a message names the origin: "--shard", "BATCH_CANCEL_SHARD", "c.toml:3: shard". */
    std::string place{};

    /** "concurrency"; empty for a positional. */
    std::string long_name() const;

    /** Tell whether variables and files may set it. */
    bool is_setting() const;

    bool is_given() const noexcept
    {
        return origin != cli::origin::none;
    }

    /** Tell whether a flag is given, and not as false. */
    bool is_on() const;

    /** Set what was given; at least one text.
        @par Errors  Throws usage_error: a flag that is neither true nor false. */
    void give(cli::origin from, std::vector<std::string> what, std::string where);

    /** As if it had not been given. */
    void forget() noexcept;
};

/** Read a flag's text: true, yes, on, 1, or the opposite.
    @par Errors  Throws std::invalid_argument. */
bool parse_flag(std::string_view text);

/** A command and its options. */
class command
{
public:
    /** @param description  Examples, an empty line, and a last paragraph that says what the command does. */
    command(std::string name, std::string description);

    std::string const& name() const noexcept
    {
        return name_;
    }

    std::string const& description() const noexcept
    {
        return description_;
    }

    /** In the order in which they were added. */
    std::deque<option>& options() noexcept
    {
        return options_;
    }

    std::deque<option> const& options() const noexcept
    {
        return options_;
    }

    /** Null if there is none of that long name. */
    option* find(std::string_view long_name) noexcept;
    option const* find(std::string_view long_name) const noexcept;

    /** Put what is added from now on under a heading of the help. */
    void begin_group(std::string heading);

    /** Add a flag. @param into  As in all functions that have one: must live as long as this object. */
    option& add_flag(std::string names, std::string help, bool& into);

    /** Add a flag. @param take  Told whether it is on, if it is given. */
    option& add_flag(std::string names, std::string help, std::function<void(bool)> take);

    /** Add an option that has one value.
        @param take  Called with its text. */
    template <class Take>
    option& add_value(std::string names, std::string type, std::string help, Take take)
    {
        auto const read = [take = std::move(take)](std::vector<std::string> const& texts) { take(texts.back()); };
        return add({.names = std::move(names), .type = std::move(type), .help = std::move(help), .read = read});
    }

    /** Add an option whose value is one of some names, each of which stands for a value. */
    template <class Into, class Value, std::size_t count>
    option& add_choice(std::string names, std::string help, Into& into,
                       std::array<std::pair<std::string_view, Value>, count> const& choices)
    {
        std::string type;
        for (auto const& [name, value] : choices)
            type.append(type.empty() ? "" : "|").append(name);
        auto const take = [&into, choices, type](std::string const& text)
        {
            for (auto const& [name, value] : choices)
            {
                if (name == text)
                {
                    into = value;
                    return;
                }
            }
            throw std::invalid_argument{text + ": " + type + " is wanted"};
        };
        return add_value(std::move(names), type, std::move(help), take);
    }

    /** Add an option that may be given several times. */
    option& add_list(std::string names, std::string type, std::string help, option::reader read);

    option& add_positional(std::string name, std::string help, option::reader read);

    /** The positional of that name; it must be there. */
    option& positional(std::string_view name);

    /** Let the options that are given read their values.
        @par Errors  Throws usage_error that names the origin. */
    void read_values() const;

private:
    option& add(option added);

    std::string name_;
    std::string description_;
    std::string group_;
    std::deque<option> options_;  // so that references to them hold
};

}  // namespace batch_cancel::cli
