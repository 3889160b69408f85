#include "cli/commands/dry_run.hpp"

#include "cli/commands/input_check.hpp"
#include "cli/console/console.hpp"
#include "cli/render/results_csv.hpp"
#include "cli/render/summary_json.hpp"
#include "cli/render/visible_text.hpp"
#include "cli/service/token_check.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace batch_cancel::cli
{

namespace
{

constexpr std::size_t block_size = 64 * 1024;
constexpr std::uint64_t first_pairs = 20;

/** Writes rows to stdout, block by block. They have an outcome, so that whoever reads them knows a report of ours by it, and
    takes off the apostrophe before what looks like a formula. */
class row_writer
{
public:
    row_writer(csv_target target, std::uint64_t most) noexcept
        : target_(target)
        , most_(most)
    {
    }

    /** Only the first pairs, unless all are wanted. */
    void write(pair const& row)
    {
        if (written_++ >= most_)
            return;
        append_cell(row.job_id);
        block_ += ',';
        append_cell(row.task_id);
        block_ += ",unprocessed\n";
        if (block_.size() >= block_size)
            flush();
    }

    void write(std::string_view line)
    {
        block_ += line;
    }

    /** Pairs that were not written, since they were not among the first. */
    std::uint64_t left_out() const noexcept
    {
        return written_ - std::min(written_, most_);
    }

    /** False if anything could not be written. */
    bool flush()
    {
        all_written_ = all_written_ && write_stdout(block_);
        block_.clear();
        return all_written_;
    }

private:
    void append_cell(std::string_view text)
    {
        if (target_ == csv_target::terminal)
            append_csv_cell(block_, visible_text(text));
        else
            append_csv_cell(block_, text);
    }

    csv_target target_;
    std::uint64_t most_;
    std::uint64_t written_{0};
    std::string block_;
    bool all_written_{true};
};

std::string counts_json(run_options const& options, service_access const& service, input_counts const& found,
                        std::uint64_t left, std::uint64_t near_guids)
{
    boost::json::object counts;
    counts["dry_run"] = true;
    counts["endpoint"] = service.endpoint_url;
    counts["api_version"] = options.api_version;
    counts["lines"] = found.lines;
    counts["pairs"] = found.pairs;
    counts["left"] = left;
    counts["duplicates"] = found.duplicates;
    counts["rejected"] = found.rejected;
    counts["other_shards"] = found.other_shards;
    counts["near_guids"] = near_guids;
    if (options.limit != 0)
        counts["limit"] = options.limit;
    std::string text;
    append_json(text, std::move(counts));
    return text + '\n';
}

std::string counts_comment(run_options const& options, service_access const& service, input_counts const& found,
                           std::uint64_t left)
{
    auto text = "# " + std::to_string(left) + " pairs would be sent to " + visible_text(service.endpoint_url) + ", " +
                visible_text(options.api_version) + "; " + std::to_string(found.lines) +
                " lines: " + std::to_string(found.duplicates) + " duplicates, " + std::to_string(found.rejected) +
                " rejected";
    if (found.other_shards != 0)
        text += ", " + std::to_string(found.other_shards) + " of other shards";
    if (left != found.pairs)
        text += ", " + std::to_string(found.pairs - left) + " that have an outcome";
    if (options.limit != 0 && options.limit < left)
        text += "; --limit stops after the first " + std::to_string(options.limit);
    return text + '\n';
}

}  // namespace

exit_code dry_run(run_options const& options, service_access const& service, pair_input& input,
                  rejection_log& rejections, resumption* resumed, console& out)
{
    bool const wants_all = options.output.verbosity == verbosity::verbose;
    row_writer rows{look_at_terminal().stdout_is_terminal ? csv_target::terminal : csv_target::data,
                    wants_all ? std::numeric_limits<std::uint64_t>::max() : first_pairs};
    std::function<void(pair const&)> found_pair;
    if (!options.json)
    {
        rows.write("job_id,task_id,outcome\n");
        found_pair = [&rows](pair const& found) { rows.write(found); };
        if (resumed != nullptr)
            std::for_each(resumed->known().begun().begin(), resumed->known().begun().end(), found_pair);
    }
    auto const found = input.check(stream_check::whole, rejections.sink(), found_pair);
    if (resumed != nullptr)
        resumed->check_input(found);
    if (rows.left_out() != 0)
        rows.write("# and " + std::to_string(rows.left_out()) + " more; -v shows all of them\n");
    auto const left = found.pairs - (resumed != nullptr ? resumed->before().pairs.settled() : 0);
    rows.write(options.json ? counts_json(options, service, found, left, input.notes().near_guids.count)
                            : counts_comment(options, service, found, left));
    if (!rows.flush())
        return exit_code::not_written;
    rejections.tell_count(found.rejected);
    reading_notes told;
    tell_notes(input, told, out);
    check_counts(options, input, found);
    auto const about_token =
        check_token(service.token, {.service = service.connecting.service, .pairs = left, .rate = options.rate},
                    std::chrono::system_clock::now());
    if (!about_token.warning.empty())
        out.warning(about_token.warning);
    if (!about_token.refusal.empty())
    {
        out.error(about_token.refusal);
        return exit_code::credentials_refused;
    }
    return found.rejected != 0 ? exit_code::not_all_well : exit_code::all_well;
}

}  // namespace batch_cancel::cli
