#pragma once

#include "cli/render/results_csv.hpp"

#include <cstdint>

namespace batch_cancel::cli
{

/** How much is said on stderr. */
enum class verbosity : std::uint8_t
{
    quiet,
    normal,
    verbose,
};

enum class log_format : std::uint8_t
{
    text,
    json,
};

/** When something is done that suits a terminal. */
enum class when : std::uint8_t
{
    automatic,
    always,
    never,
};

/** What stdout and stderr look like. */
struct output_options
{
    cli::verbosity verbosity = cli::verbosity::normal;
    cli::log_format log_format = cli::log_format::text;
    when progress = when::automatic;
    when color = when::automatic;
};

class command;
struct option;

/** Make a command know the options. @param options  Must live as long as `to`. */
void add_output_options(command& to, output_options& options);

/** Make a command know the option that says how its CSV reports look. @param style  Must live as long as `to`. */
option& add_csv_style(command& to, csv_style& style);

}  // namespace batch_cancel::cli
