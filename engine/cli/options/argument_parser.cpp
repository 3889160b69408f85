#include "cli/options/argument_parser.hpp"

#include "cli/options/usage_error.hpp"

// The only file that knows CLI11, since it takes longer to compile than all the rest of the options.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <sstream>
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

}  // namespace

reading read_arguments(program const& asked, std::vector<std::string> arguments)
{
    return parser{asked}.read(std::move(arguments));
}

std::string help_text(program const& asked, command const* of)
{
    return parser{asked}.help(of);
}

}  // namespace batch_cancel::cli
