#include "cli/options/output_options.hpp"

#include "cli/options/parsed_option.hpp"

namespace batch_cancel::cli
{

namespace
{

using named_when = std::pair<std::string_view, when>;

constexpr std::array<named_when, 3> whens{
    {{"auto", when::automatic}, {"always", when::always}, {"never", when::never}}};

}  // namespace

void add_output_options(CLI::App& app, output_options& options)
{
    auto* const quiet = app.add_flag_callback(
        "-q,--quiet", [&options] { options.verbosity = verbosity::quiet; }, "Say nothing but errors");
    app.add_flag_callback(
           "-v,--verbose", [&options] { options.verbosity = verbosity::verbose; },
           "Say more: connections, attempts that failed")
        ->excludes(quiet);
    using named_format = std::pair<std::string_view, log_format>;
    constexpr std::array<named_format, 2> formats{{{"text", log_format::text}, {"json", log_format::json}}};
    add_choice(app, "--log-format", options.log_format, "Form of what is said on stderr", formats);
    add_choice(app, "--progress", options.progress,
               "Live line on a terminal with time left; a plain line every 10 s elsewhere", whens);
    add_choice(app, "--color", options.color, "Colours; auto: on a terminal, unless NO_COLOR or TERM=dumb", whens);
}

}  // namespace batch_cancel::cli
