#include "cli/options/output_options.hpp"

#include "cli/options/command.hpp"

namespace batch_cancel::cli
{

namespace
{

using named_when = std::pair<std::string_view, when>;

constexpr std::array<named_when, 3> whens{
    {{"auto", when::automatic}, {"always", when::always}, {"never", when::never}}};

}  // namespace

void add_output_options(command& to, output_options& options)
{
    auto const say = [&options](verbosity how)
    {
        return [&options, how](bool on)
        {
            if (on)
                options.verbosity = how;
        };
    };
    to.begin_group({});
    auto& quiet = to.add_flag("-q,--quiet", "Say nothing but errors", say(verbosity::quiet));
    quiet.rival = "verbose";
    quiet.journal = from_journal::left_out;
    to.add_flag("-v,--verbose", "Say more: connections, attempts that failed, changes of pace", say(verbosity::verbose))
        .journal = from_journal::taken;
    using named_format = std::pair<std::string_view, log_format>;
    constexpr std::array<named_format, 2> formats{{{"text", log_format::text}, {"json", log_format::json}}};
    to.add_choice("--log-format", "Form of what is said on stderr", options.log_format, formats).journal =
        from_journal::taken;
    to.add_choice("--progress", "Live line on a terminal with time left; a plain line every 10 s elsewhere",
                  options.progress, whens)
        .journal = from_journal::taken;
    to.add_choice("--color", "Colours; auto: on a terminal, unless NO_COLOR or TERM=dumb", options.color, whens)
        .journal = from_journal::taken;
}

option& add_csv_style(command& to, csv_style& style)
{
    using named_style = std::pair<std::string_view, csv_style>;
    constexpr std::array<named_style, 3> styles{
        {{"plain", csv_style::plain}, {"excel", csv_style::excel}, {"excel-semicolon", csv_style::excel_semicolon}}};
    return to.add_choice("--csv-style", "Form of CSV reports; excel: with a byte order mark and CRLF [plain]", style,
                         styles);
}

}  // namespace batch_cancel::cli
