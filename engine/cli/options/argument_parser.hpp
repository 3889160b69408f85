#pragma once

#include "cli/options/command.hpp"

#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::cli
{

/** What a program can be asked for. */
struct program
{
    std::string name{};
    /** As of a command. */
    std::string description{};
    /** Answers --version. */
    std::string version{};
    /** Not owned. */
    std::vector<command*> commands{};
};

/** What a command line asks for. */
struct reading
{
    /** Null if none is named. */
    command* chosen = nullptr;
    /** Text that was asked for: help or version. Nothing else is to be done then. */
    std::optional<std::string> answer{};
};

/** Read a command line, and give the options of the chosen command what stands there for them.

    @param arguments  Without the program's own name.
    @par Errors  Throws usage_error: there is no such command or option, a value is missing, or there is one too many. */
reading read_arguments(program const& asked, std::vector<std::string> arguments);

/** The help of a command, or of the program. @param of  Null: the program. */
std::string help_text(program const& asked, command const* of);

}  // namespace batch_cancel::cli
