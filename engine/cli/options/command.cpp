#include "cli/options/command.hpp"

#include "cli/options/usage_error.hpp"

namespace batch_cancel::cli
{

std::string option::long_name() const
{
    auto const dashes = names.find("--");
    return dashes == std::string::npos ? std::string{} : names.substr(dashes + 2);
}

bool option::is_setting() const
{
    // What says which settings to read is not itself a setting.
    return shape != option_shape::positional && long_name() != "config";
}

bool option::is_on() const
{
    return is_given() && parse_flag(texts.back());
}

void option::give(cli::origin from, std::vector<std::string> what, std::string where)
{
    if (shape == option_shape::flag)
    {
        try
        {
            parse_flag(what.back());
        }
        catch (std::invalid_argument const& wrong)
        {
            throw usage_error{where + ": " + wrong.what()};
        }
    }
    origin = from;
    texts = std::move(what);
    place = std::move(where);
}

void option::forget() noexcept
{
    origin = cli::origin::none;
    texts.clear();
    place.clear();
}

bool parse_flag(std::string_view text)
{
    for (std::string_view const yes : {"true", "yes", "on", "1"})
        if (text == yes)
            return true;
    for (std::string_view const no : {"false", "no", "off", "0"})
        if (text == no)
            return false;
    throw std::invalid_argument{std::string{text} + ": true or false is wanted"};
}

command::command(std::string name, std::string description)
    : name_(std::move(name))
    , description_(std::move(description))
{
}

option* command::find(std::string_view long_name) noexcept
{
    return const_cast<option*>(std::as_const(*this).find(long_name));
}

option const* command::find(std::string_view long_name) const noexcept
{
    for (auto const& each : options_)
        if (each.shape != option_shape::positional && each.long_name() == long_name)
            return &each;
    return nullptr;
}

void command::begin_group(std::string heading)
{
    group_ = std::move(heading);
}

option& command::add(option added)
{
    added.group = group_;
    return options_.emplace_back(std::move(added));
}

option& command::add_flag(std::string names, std::string help, bool& into)
{
    return add_flag(std::move(names), std::move(help), [&into](bool on) { into = on; });
}

option& command::add_flag(std::string names, std::string help, std::function<void(bool)> take)
{
    auto const read = [take = std::move(take)](std::vector<std::string> const& texts)
    { take(parse_flag(texts.back())); };
    return add(
        {.names = std::move(names), .shape = option_shape::flag, .type = {}, .help = std::move(help), .read = read});
}

option& command::add_list(std::string names, std::string type, std::string help, option::reader read)
{
    return add({.names = std::move(names),
                .shape = option_shape::list,
                .type = std::move(type),
                .help = std::move(help),
                .read = std::move(read)});
}

option& command::add_positional(std::string name, std::string help, option::reader read)
{
    return add({.names = std::move(name),
                .shape = option_shape::positional,
                .type = {},
                .help = std::move(help),
                .read = std::move(read)});
}

option& command::positional(std::string_view name)
{
    for (auto& each : options_)
        if (each.shape == option_shape::positional && each.names == name)
            return each;
    throw std::logic_error{"there is no such positional"};
}

void command::read_values() const
{
    for (auto const& each : options_)
    {
        if (!each.is_given())
            continue;
        try
        {
            each.read(each.texts);
        }
        catch (std::invalid_argument const& wrong)
        {
            throw usage_error{each.place + ": " + wrong.what()};
        }
    }
}

}  // namespace batch_cancel::cli
