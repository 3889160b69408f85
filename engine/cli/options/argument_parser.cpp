#include "cli/options/argument_parser.hpp"

#include "cli/options/usage_error.hpp"

// The only file that knows CLI11, since it takes longer to compile than all the rest of the options.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <span>
#include <sstream>
#include <string_view>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

/** Help that starts with examples: they are the first paragraph of a command's description, and what it does is the last,
    which alone is shown in lists of commands. */
class help_formatter : public CLI::Formatter
{
public:
    std::string make_subcommand(CLI::App const* shown) const override
    {
        auto text = shown->get_description();
        if (auto const paragraph = text.rfind("\n\n"); paragraph != std::string::npos)
            text.erase(0, paragraph + 2);
        std::ostringstream out;
        CLI::detail::format_help(out, shown->get_display_name(true), text, column_width_);
        return out.str();
    }
};

/** A program as CLI11 knows it. */
class parser
{
public:
    explicit parser(program const& asked)
        : app_(asked.description, asked.name)
    {
        app_.formatter(std::make_shared<help_formatter>());
        app_.set_version_flag("--version", asked.version);
        app_.require_subcommand(0, 1);
        for (auto* const each : asked.commands)
        {
            auto& entry = entries_.emplace_back(entry_of_command{.command = each, .app = nullptr, .options = {}});
            entry.app = app_.add_subcommand(each->name(), each->description());
            for (auto const& option : each->options())
                entry.options.push_back(add(*entry.app, option));
        }
    }

    reading read(std::vector<std::string> arguments)
    {
        std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
        try
        {
            app_.parse(std::move(arguments));
        }
        catch (CLI::CallForHelp const&)
        {
            return {.chosen = nullptr, .answer = app_.help()};
        }
        catch (CLI::CallForVersion const& version)
        {
            return {.chosen = nullptr, .answer = version.what() + std::string{"\n"}};
        }
        catch (CLI::ParseError const& wrong)
        {
            throw usage_error{wrong.what()};
        }
        for (auto const& entry : entries_)
            if (entry.app->parsed())
                return {.chosen = take(entry), .answer = std::nullopt};
        return {};
    }

    std::string help(command const* of) const
    {
        auto const entry = std::find_if(entries_.begin(), entries_.end(),
                                        [of](entry_of_command const& each) { return each.command == of; });
        return entry == entries_.end() ? app_.help() : entry->app->help(app_.get_name());
    }

private:
    struct entry_of_command
    {
        cli::command* command;
        CLI::App* app;
        std::vector<CLI::Option*> options;  // in the command's order
    };

    CLI::Option* add(CLI::App& app, option const& described)
    {
        auto* const made = make(app, described);
        if (!described.group.empty())
            made->group(described.group);
        return made;
    }

    CLI::Option* make(CLI::App& app, option const& described)
    {
        switch (described.shape)
        {
        case option_shape::flag:
            return app.add_flag(described.names, described.help);
        case option_shape::value:
            return app.add_option(described.names, text_, described.help)->type_name(described.type);
        case option_shape::list:
            return app.add_option(described.names, texts_, described.help)
                ->type_name(described.type)
                ->allow_extra_args(false);
        case option_shape::positional:
            break;
        }
        auto* const made = described.takes_one ? app.add_option(described.names, text_, described.help)
                                               : app.add_option(described.names, texts_, described.help);
        return made->type_name(described.type)->required(described.is_required);
    }

    static command* take(entry_of_command const& entry)
    {
        auto read = entry.options.begin();
        for (auto& option : entry.command->options())
        {
            if ((*read)->count() != 0)
            {
                auto const name = option.long_name();
                option.give(origin::command_line, (*read)->results(), name.empty() ? option.names : "--" + name);
            }
            ++read;
        }
        return entry.command;
    }

    CLI::App app_;
    std::vector<entry_of_command> entries_;
    std::string text_;                // CLI11 wants to put values somewhere; they are taken from its results
    std::vector<std::string> texts_;  // likewise
};

/** Looks for options that would be taken as the value of the one before: what an empty variable of a shell leaves behind. */
class swallow_check
{
public:
    explicit swallow_check(command const& of)
        : of_(of)
    {
    }

    /** @param words  What follows the command's name.
        @par Errors  Throws usage_error. */
    void operator()(std::span<std::string const> words) const
    {
        for (std::size_t at = 0; at != words.size() && words[at] != "--"; ++at)
        {
            auto const* const found = option_that_takes_the_next(words[at]);
            if (found == nullptr || at + 1 == words.size())
                continue;
            check(*found, words[++at]);
        }
    }

private:
    option const* option_that_takes_the_next(std::string_view word) const
    {
        if (word.starts_with("--"))
            return in_long_form(word.substr(2));
        return word.starts_with('-') ? in_short_form(word.substr(1)) : nullptr;
    }

    option const* in_long_form(std::string_view word) const
    {
        auto const end = word.find('=');
        auto const* const found = of_.find(word.substr(0, end));
        if (found == nullptr || !takes_value(*found))
            return nullptr;
        if (end == std::string_view::npos)
            return found;
        check_not_empty(*found, word.substr(end + 1));
        return nullptr;
    }

    // "-yc" is "-y -c", and "-c8" has its value at once.
    option const* in_short_form(std::string_view letters) const
    {
        for (std::size_t at = 0; at != letters.size(); ++at)
        {
            auto const* const found = find_short(letters[at]);
            if (found == nullptr)
                return nullptr;
            if (takes_value(*found))
                return at + 1 == letters.size() ? found : nullptr;
        }
        return nullptr;
    }

    option const* find_short(char letter) const
    {
        for (auto const& each : of_.options())
            if (each.names.size() > 1 && each.names[0] == '-' && each.names[1] == letter)
                return &each;
        return nullptr;
    }

    static bool takes_value(option const& each)
    {
        return each.shape == option_shape::value || each.shape == option_shape::list;
    }

    static void check_not_empty(option const& each, std::string_view value)
    {
        if (value.empty())
            throw usage_error{"--" + each.long_name() + ": its value is empty; give one, or drop the option"};
    }

    void check(option const& each, std::string const& value) const
    {
        check_not_empty(each, value);
        bool const is_option =
            value.starts_with("--") || (value.size() > 1 && value[0] == '-' && find_short(value[1]) != nullptr);
        if (is_option)
            throw usage_error{"--" + each.long_name() + " needs a value, but " + value +
                              " follows; if that is its value, write --" + each.long_name() + '=' + value};
    }

    command const& of_;
};

void check_nothing_is_swallowed(program const& asked, std::span<std::string const> arguments)
{
    for (std::size_t at = 0; at != arguments.size(); ++at)
        for (auto const* const each : asked.commands)
            if (each->name() == arguments[at])
                return swallow_check{*each}(arguments.subspan(at + 1));
}

}  // namespace

reading read_arguments(program const& asked, std::vector<std::string> arguments)
{
    check_nothing_is_swallowed(asked, arguments);
    return parser{asked}.read(std::move(arguments));
}

std::string help_text(program const& asked, command const* of)
{
    return parser{asked}.help(of);
}

}  // namespace batch_cancel::cli
