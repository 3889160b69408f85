#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace batch_cancel::cli
{

/** Help that starts with examples: they are the first paragraph of a command's description, and what it does is the last,
    which alone is shown in lists of commands. */
class help_formatter : public CLI::Formatter
{
public:
    std::string make_subcommand(CLI::App const* command) const override;
};

}  // namespace batch_cancel::cli
