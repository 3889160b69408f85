#include "cli/commands/resumption.hpp"

#include "cli/console/error_text.hpp"
#include "cli/input/input_error.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/options/values.hpp"
#include "cli/render/number_text.hpp"
#include "cli/render/visible_text.hpp"

#include <batch_cancel/errc.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace batch_cancel::cli
{

namespace
{

constexpr std::size_t most_named = 3;

std::string shard_text(std::optional<shard> const& part)
{
    return part ? std::to_string(part->number) + "/" + std::to_string(part->count) : "none";
}

std::string or_none(std::string const& value)
{
    return value.empty() ? "none" : visible_text(value);
}

void require_same(std::string const& what, std::string const& then, std::string const& now)
{
    if (then != now)
        throw usage_error{"this journal was written with " + what + ' ' + or_none(then) +
                          "; it cannot be resumed with " + or_none(now) + "; give the same, or start another run"};
}

// A device never ends, and opening a pipe waits, or lets somebody wait who should not. A file that is not there is reported when
// it is opened.
void check_named_input(std::string const& file)
{
    if (file == "-")
        return;
    std::error_code ignored;
    auto const status = std::filesystem::status(file, ignored);
    bool const may_be_opened = std::filesystem::path{file}.is_absolute() &&
                               (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status));
    if (!may_be_opened)
        throw usage_error{"the journal names " + visible_text(file) +
                          " as the run's input, but only absolute paths of regular files are opened because a journal "
                          "says so; give the input: batch-cancel resume JOURNAL PAIRS"};
}

}  // namespace

resumption::resumption(std::filesystem::path const& path)
    : journal_(path)
    , others_may_write_(journal_.others_may_write())
    , reader_(journal_)
    , known_(reader_)
    , before_(known_.sums())
{
}

journal_file resumption::take_journal(run_record const& process, journal_file_options options)
{
    std::string fault;
    try
    {
        return journal_file{std::move(journal_), process, options};
    }
    catch (boost::system::system_error const& error)
    {
        fault = error_text(error);
    }
    throw described_error(errc::journal_not_writable, std::move(fault));
}

void resumption::check_input(input_counts const& found)
{
    auto const missing = known_.unmet();
    if (missing == 0)
        return check_size(found);
    std::string names;
    std::size_t named = 0;
    journal_record record;
    reader_.rewind();
    while (named != most_named && reader_.next(record))
    {
        bool const is_whole = record.type == record_type::result || record.type == record_type::unprocessed ||
                              record.type == record_type::planned;
        auto& pair = record.settled.pair;
        if (!is_whole || !known_.is_unmet(pair))
            continue;
        names += (named == 0 ? "" : ", ") + visible_text(pair.job_id) + " " + visible_text(pair.task_id);
        if (!pair.source.empty())
            names += " (" + visible_text(pair.source) + ")";
        ++named;
        static_cast<void>(known_.meet(pair));  // so that it is not named twice
    }
    throw input_error{"the input lacks " + counted_text(missing, "pair", "pairs") + " that the journal knows: " +
                      names + (named < missing ? ", …" : "") + "; give the run's whole input again, in any order"};
}

// Pairs that no record names are known by their number.
void resumption::check_size(input_counts const& found) const
{
    auto const& before = known_.overview().input;
    if (!before.complete || !found.complete || found.pairs >= before.pairs)
        return;
    throw input_error{"the input has " + counted_text(found.pairs, "pair", "pairs") + ", and had " +
                      counted_text(before.pairs, "pair", "pairs") +
                      " when the run read it; give the run's whole input again, in any order"};
}

void find_input(run_options& options, journal_remainder const& known, terminal_facts const& terminal)
{
    auto& files = options.input.files;
    if (!files.empty())
        return;
    files = known.last_run().inputs;
    if (known.is_finished())
        return;
    if (terminal.stdin_is_terminal && std::find(files.begin(), files.end(), "-") != files.end())
        throw usage_error{
            "the run read its input from stdin; give the same input again, as a file or as \"-\" from a pipe"};
    for (auto const& file : files)
        check_named_input(file);
    options.input.only_regular_files = true;
}

void check_same_run(run_options const& options, journal_remainder const& known)
{
    auto const& begun = known.last_run();
    bool const simulated = is_simulated(begun);
    if (simulated != options.simulate)
        throw usage_error{simulated ? "this journal was written with --simulate; it cannot be resumed without it"
                                    : "this journal was written for " + visible_text(begun.endpoint) +
                                          "; it cannot be resumed with --simulate"};
    // A finished run contacts nobody, so its endpoint need not be given.
    if (!simulated && (options.names_service || !known.is_finished()))
        require_same("--endpoint", begun.endpoint, service_root(options).to_url());
    require_same("--api-version", begun.api_version, options.api_version);
    require_same("--shard", shard_text(begun.shard), shard_text(options.input.shard));
    require_same("--carry", names_text(begun.carried), names_text(options.input.rules.carry));
}

void check_same_tenant(service_access const& service, run_record const& begun)
{
    if (!begun.tenant.empty() && !service.token.tenant.empty())
        require_same("tenant", begun.tenant, service.token.tenant);
}

}  // namespace batch_cancel::cli
