#include "cli/options/help_formatter.hpp"

#include <sstream>

namespace batch_cancel::cli
{

std::string help_formatter::make_subcommand(CLI::App const* command) const
{
    auto text = command->get_description();
    if (auto const paragraph = text.rfind("\n\n"); paragraph != std::string::npos)
        text.erase(0, paragraph + 2);
    std::ostringstream out;
    CLI::detail::format_help(out, command->get_display_name(true), text, column_width_);
    return out.str();
}

}  // namespace batch_cancel::cli
