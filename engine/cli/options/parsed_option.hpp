#pragma once

#include <CLI/CLI.hpp>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace batch_cancel::cli
{

/** Add an option whose text is read by a function, the message of whose exception is shown with the option's name.
    @param take  Called with the text of the option, once at most. */
template <class Take>
CLI::Option* add_parsed(CLI::App& app, std::string const& names, std::string const& type, std::string const& help,
                        Take take)
{
    auto const checked = [names, take = std::move(take)](std::string const& text)
    {
        try
        {
            take(text);
        }
        catch (std::exception const& wrong)
        {
            throw CLI::ValidationError(names, wrong.what());
        }
    };
    return app.add_option_function<std::string>(names, checked, help)->type_name(type);
}

/** Add an option whose text is one of some names, each of which stands for a value.
    @param into  Must live as long as `app`. */
template <class Value, std::size_t count>
CLI::Option* add_choice(CLI::App& app, std::string const& names, Value& into, std::string const& help,
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
    return add_parsed(app, names, type, help, take);
}

}  // namespace batch_cancel::cli
