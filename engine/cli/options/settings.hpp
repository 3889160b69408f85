#pragma once

#include <batch_cancel/journal_record.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace CLI
{
class App;
}

namespace batch_cancel::cli
{

/** The variable that stands for an option: "max-pairs" is BATCH_CANCEL_MAX_PAIRS. */
std::string variable_of(std::string_view option);

/** Give options that were not on the command line the values of their variables. Empty variables count as not set.
    @par Errors  Throws usage_error that names the variable. */
void apply_variables(CLI::App& command);

/** Give options that have no value yet those of a TOML file: "max-pairs = 100", also in a table named like the command.

    Options of other commands are passed over.
    @par Errors  Throws usage_error that names file and line. */
void apply_file(CLI::App& command, std::filesystem::path const& file);

/** The options that have a value, by their long names, each with its text. */
std::vector<run_option> given_options(CLI::App const& command);

}  // namespace batch_cancel::cli
