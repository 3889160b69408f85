#include "cli/options/settings.hpp"

#include "cli/options/usage_error.hpp"

#include <CLI/CLI.hpp>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <algorithm>
#include <cstdlib>

namespace batch_cancel::cli
{

namespace
{

// What says which settings to read, or asks for text, is not itself a setting.
bool is_setting(CLI::Option const& option)
{
    auto const& names = option.get_lnames();
    return !names.empty() && names.front() != "help" && names.front() != "version" && names.front() != "config";
}

bool is_named(CLI::Option const& option, std::string_view name)
{
    return is_setting(option) && option.get_lnames().front() == name;
}

CLI::Option* find_setting(CLI::App& command, std::string_view name)
{
    for (auto* const option : command.get_options())
        if (is_named(*option, name))
            return option;
    return nullptr;
}

bool is_no(std::string const& text)
{
    return text == "false" || text == "0" || text == "no" || text == "off";
}

void give(CLI::Option& option, std::vector<std::string> const& values, std::string const& origin)
{
    bool const is_flag = option.get_items_expected_max() == 0;
    if (is_flag && values.size() == 1 && is_no(values.front()))
        return;
    try
    {
        for (auto const& value : values)
            option.add_result(is_flag && (value == "yes" || value == "on") ? "true" : value);
        option.run_callback();
    }
    catch (CLI::ParseError const& error)
    {
        throw usage_error{origin + ": " + error.what()};
    }
}

std::string value_text(toml::node const& value, std::string const& origin)
{
    if (auto const text = value.value_exact<std::string>())
        return *text;
    if (auto const flag = value.value_exact<bool>())
        return *flag ? "true" : "false";
    if (auto const number = value.value_exact<std::int64_t>())
        return std::to_string(*number);
    throw usage_error{origin + ": a text, a whole number, true, false or a list of texts is wanted"};
}

std::vector<std::string> values_of(toml::node const& value, std::string const& origin)
{
    std::vector<std::string> values;
    if (auto const* const list = value.as_array())
    {
        for (auto const& each : *list)
            values.push_back(value_text(each, origin));
    }
    else
        values.push_back(value_text(value, origin));
    return values;
}

bool is_known_elsewhere(CLI::App const& command, std::string_view name)
{
    for (auto* const sibling : command.get_parent()->get_subcommands({}))
    {
        auto const options = sibling->get_options();
        if (std::any_of(options.begin(), options.end(), [name](auto* option) { return is_named(*option, name); }))
            return true;
    }
    return false;
}

bool is_command(CLI::App const& command, std::string_view name)
{
    auto const siblings = command.get_parent()->get_subcommands({});
    return std::any_of(siblings.begin(), siblings.end(),
                       [name](CLI::App const* sibling) { return sibling->get_name() == name; });
}

void apply_table(CLI::App& command, toml::table const& table, std::string const& file)
{
    for (auto const& [key, value] : table)
    {
        std::string name{key.str()};
        auto const origin = file + ":" + std::to_string(key.source().begin.line) + ": " + name;
        if (value.is_table() && is_command(command, name))
            continue;
        std::replace(name.begin(), name.end(), '_', '-');
        auto* const option = find_setting(command, name);
        if (option == nullptr && !is_known_elsewhere(command, name))
            throw usage_error{origin + ": there is no such option"};
        if (option != nullptr && option->count() == 0)
            give(*option, values_of(value, origin), origin);
    }
}

}  // namespace

std::string variable_of(std::string_view option)
{
    std::string name{"BATCH_CANCEL_"};
    for (char const letter : option)
        name += letter == '-' ? '_' : letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    return name;
}

void apply_variables(CLI::App& command)
{
    for (auto* const option : command.get_options())
    {
        if (!is_setting(*option) || option->count() != 0)
            continue;
        auto const variable = variable_of(option->get_lnames().front());
        if (auto const* const value = std::getenv(variable.c_str()); value != nullptr && *value != '\0')
            give(*option, {value}, variable);
    }
}

void apply_file(CLI::App& command, std::filesystem::path const& file)
{
    toml::table settings;
    try
    {
        settings = toml::parse_file(file.string());
    }
    catch (toml::parse_error const& error)
    {
        throw usage_error{file.string() + ":" + std::to_string(error.source().begin.line) + ": " +
                          std::string{error.description()}};
    }
    if (auto const* const own = settings[command.get_name()].as_table())
        apply_table(command, *own, file.string());
    apply_table(command, settings, file.string());
}

std::vector<run_option> given_options(CLI::App const& command)
{
    std::vector<run_option> given;
    for (auto const* const option : command.get_options())
    {
        if (!is_setting(*option))
            continue;
        for (auto const& value : option->results())
            given.push_back({.name = option->get_lnames().front(), .value = value});
    }
    return given;
}

}  // namespace batch_cancel::cli
