#pragma once

#include "cli/options/command.hpp"

#include <batch_cancel/journal_record.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::cli
{

/** The variable that stands for an option: "max-pairs" is BATCH_CANCEL_MAX_PAIRS. */
std::string variable_of(std::string_view option);

/** Give options that have no value yet those of their variables. Empty variables count as not set.
    @par Errors  As all functions here: usage_error that names the origin. */
void apply_variables(command& to);

/** The same for one option. */
void apply_variable(option& to);

/** Give options that have no value yet those of a TOML file: "max-pairs = 100", also in a table named like the command.

    @param known  All commands; options that only others of them have are passed over. */
void apply_file(command& to, std::filesystem::path const& file, std::vector<command*> const& known);

/** Let the better origin hold where options say the opposite of each other. */
void settle_rivals(command& of);

/** The files that options name but --output, which the command writes. */
std::vector<run_option> files_used(command const& of);

/** The options that have a value, by their long names, each with its text; paths are absolute. */
std::vector<run_option> given_options(command const& of);

}  // namespace batch_cancel::cli
