#include "cli/options/settings.hpp"

#include "cli/options/tomlplusplus.hpp"
#include "cli/options/usage_error.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace batch_cancel::cli
{

namespace
{

std::string value_text(toml::node const& value, std::string const& place)
{
    if (auto const text = value.value_exact<std::string>())
    {
        // What takes a path or shows a message would end there, and go on with another text than this one.
        if (text->find('\0') != std::string::npos)
            throw usage_error{place + ": no option can have a NUL character in its value"};
        return *text;
    }
    if (auto const flag = value.value_exact<bool>())
        return *flag ? "true" : "false";
    if (auto const number = value.value_exact<std::int64_t>())
        return std::to_string(*number);
    throw usage_error{place + ": a text, a whole number, true, false or a list of texts is wanted"};
}

std::vector<std::string> values_of(toml::node const& value, std::string const& place)
{
    std::vector<std::string> values;
    if (auto const* const list = value.as_array())
    {
        for (auto const& each : *list)
            values.push_back(value_text(each, place));
    }
    else
        values.push_back(value_text(value, place));
    return values;
}

void give(option& to, std::vector<std::string> values, std::string const& place)
{
    if (to.shape != option_shape::list && values.size() != 1)
        throw usage_error{place + ": one value is wanted"};
    if (!values.empty())
        to.give(origin::file, std::move(values), place);
}

void apply_table(command& to, toml::table const& table, std::string const& file, std::vector<command*> const& known)
{
    for (auto const& [key, value] : table)
    {
        std::string name{key.str()};
        auto const place = file + ":" + std::to_string(key.source().begin.line) + ": " + name;
        auto const is_named = [&name](command const* each) { return each->name() == name; };
        if (value.is_table() && std::any_of(known.begin(), known.end(), is_named))
            continue;
        std::replace(name.begin(), name.end(), '_', '-');
        auto const has_it = [&name](command* each)
        {
            auto const* const found = each->find(name);
            return found != nullptr && found->is_setting();
        };
        if (std::none_of(known.begin(), known.end(), has_it))
            throw usage_error{place + ": there is no such option"};
        if (auto* const found = to.find(name); found != nullptr && !found->is_given())
            give(*found, values_of(value, place), place);
    }
}

std::string absolute_text(option const& given, std::string const& text)
{
    if (!given.is_path || text == given.word)
        return text;
    std::error_code error;
    auto const path = std::filesystem::absolute(text, error);
    return error ? text : path.string();
}

}  // namespace

std::string variable_of(std::string_view option)
{
    std::string name{"BATCH_CANCEL_"};
    for (char const letter : option)
        name += letter == '-' ? '_' : letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    return name;
}

void apply_variables(command& to)
{
    for (auto& each : to.options())
        apply_variable(each);
}

void apply_variable(option& to)
{
    if (!to.is_setting() || to.is_given())
        return;
    auto const variable = variable_of(to.long_name());
    if (auto const* const value = std::getenv(variable.c_str()); value != nullptr && *value != '\0')
        to.give(origin::variable, {value}, variable);
}

void apply_file(command& to, std::filesystem::path const& file, std::vector<command*> const& known)
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
    if (auto const* const own = settings[to.name()].as_table())
        apply_table(to, *own, file.string(), known);
    apply_table(to, settings, file.string(), known);
}

void settle_rivals(command& of)
{
    auto const says_something = [](option const& each)
    { return each.is_given() && (each.shape != option_shape::flag || each.is_on()); };
    for (auto& each : of.options())
    {
        auto* const rival = each.rival.empty() ? nullptr : of.find(each.rival);
        if (rival == nullptr || !says_something(each) || !says_something(*rival))
            continue;
        if (each.origin == rival->origin)
            throw usage_error{each.place + " and " + rival->place + " exclude each other; give one of them"};
        (each.origin < rival->origin ? *rival : each).forget();
    }
}

std::vector<run_option> files_used(command const& of)
{
    std::vector<run_option> used;
    for (auto const& each : of.options())
    {
        if (!each.is_path || each.long_name() == "output")
            continue;
        for (auto const& text : each.texts)
            if (text != each.word)
                used.push_back({.name = each.long_name(), .value = text});
    }
    return used;
}

std::vector<run_option> given_options(command const& of)
{
    std::vector<run_option> given;
    for (auto const& each : of.options())
    {
        if (!each.is_setting())
            continue;
        for (auto const& text : each.texts)
            given.push_back({.name = each.long_name(), .value = absolute_text(each, text)});
    }
    return given;
}

}  // namespace batch_cancel::cli
