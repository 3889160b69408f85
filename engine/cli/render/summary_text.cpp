#include "cli/render/summary_text.hpp"

#include "cli/render/coverage.hpp"
#include "cli/render/number_text.hpp"
#include "cli/render/visible_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace batch_cancel::cli
{

namespace
{

// What to do about pairs that failed, by `reason`.
constexpr std::array<std::string_view, reason_count> advice{
    "",
    "no such job or task: check the ids, and whether --api-version offers them",
    "the token was refused for them: check whose token it is, and that it is not about to expire",
    "the token lacks a permission or a role for them: ask for CrossTenantContentMigration rights, then send them again",
    "the service does not take the request as it is: see the messages in the report",
    "still throttled when the others were done: send them again later",
    "no answer in time: they may have been carried out; send them again, or look at the tasks first",
    "the connection broke: they may have been carried out; send them again, or look at the tasks first",
    "the service failed: they may have been carried out; send them again later",
    "an answer that a cancel should not get: see the messages in the report",
    "an answer that is no proper HTTP: is a proxy in the way? They may have been carried out",
    "they were in flight when a process died, and were not sent again, as was asked for",
};

// How the commands of a terminal that colours text are put around it.
class painter
{
public:
    explicit painter(color colors)
        : on_(colors == color::on)
    {
    }

    std::string good(std::string_view text) const
    {
        return paint("\x1b[32m", text);
    }

    std::string warning(std::string_view text) const
    {
        return paint("\x1b[33m", text);
    }

    std::string bad(std::string_view text) const
    {
        return paint("\x1b[31m", text);
    }

    std::string strong(std::string_view text) const
    {
        return paint("\x1b[1m", text);
    }

private:
    std::string paint(std::string_view command, std::string_view text) const
    {
        if (!on_)
            return std::string(text);
        return std::string(command) + std::string(text) + "\x1b[0m";
    }

    bool on_;
};

std::string padded(std::string_view text, std::size_t width)
{
    std::string out(text);
    out.resize(std::max(width, out.size()), ' ');
    return out;
}

std::string right_aligned(std::string_view text, std::size_t width)
{
    return std::string(width - std::min(width, text.size()), ' ') + std::string(text);
}

std::string state_text(report_facts const& facts, painter const& paint)
{
    auto const& journals = facts.journals;
    auto const is_at_work = [](auto const& journal) { return journal.in_use; };
    auto const is_killed = [&](auto const& journal)
    { return !journal.has_end && !is_finished(journal, journals.size()); };
    auto const is_stopped = [&](auto const& journal)
    { return !journal.end.stopped_by.empty() && !is_finished(journal, journals.size()); };
    if (std::any_of(journals.begin(), journals.end(), is_at_work))
        return paint.strong("still at work");
    if (std::any_of(journals.begin(), journals.end(), is_killed))
        return paint.bad("ended without a word: the process was killed, or its machine went down");
    auto const stopped = std::find_if(journals.begin(), journals.end(), is_stopped);
    if (stopped == journals.end())
        return paint.strong("finished");
    auto text = "stopped by " + visible_text(stopped->end.stopped_by);
    if (!stopped->end.detail.empty())
        text += ": " + visible_text(stopped->end.detail);
    return paint.warning(text);
}

void append_outcome(std::string& out, std::string_view name, std::uint64_t count, std::uint64_t of,
                    std::string_view painted)
{
    auto const share = of == 0 ? 0.0 : 100.0 * static_cast<double>(count) / static_cast<double>(of);
    out += "  " + std::string(painted) + std::string(13 - std::min<std::size_t>(13, name.size()), ' ') +
           right_aligned(grouped_text(count), 11) + right_aligned(decimal_text(share, 1) + " %", 9) + '\n';
}

void append_outcomes(std::string& out, pair_totals const& pairs, painter const& paint)
{
    auto const line = [&](std::string_view name, std::uint64_t count, std::string painted)
    { append_outcome(out, name, count, pairs.pairs, painted); };
    line("accepted", pairs.accepted, pairs.accepted != 0 ? paint.good("accepted") : "accepted");
    line("conflict", pairs.conflict, pairs.conflict != 0 ? paint.warning("conflict") : "conflict");
    line("failed", pairs.failed, pairs.failed != 0 ? paint.bad("failed") : "failed");
    line("unprocessed", pairs.unprocessed, pairs.unprocessed != 0 ? paint.warning("unprocessed") : "unprocessed");
    out += "  " + padded("pairs", 13) + right_aligned(grouped_text(pairs.pairs), 11) + '\n';
}

void append_cause(std::string& out, std::string_view name, std::uint64_t count, std::string_view advised)
{
    out += "  " + padded(name, 19) + right_aligned(grouped_text(count), 9) + "  " + std::string(advised) + '\n';
}

// Lines that a process did not come to are known by their number alone.
void append_rejections(std::string& out, report_facts const& facts)
{
    for (auto const& [cause, count] : facts.rejections.by_cause())
        append_cause(out, "rejected line", count, visible_text(cause));
    auto const known = facts.rejections.count();
    if (facts.sums.input.rejected > known)
        append_cause(out, "rejected line", facts.sums.input.rejected - known,
                     known == 0 ? "not a pair; the journal does not name them" : "not named in the journal");
}

void append_not_accepted(std::string& out, report_facts const& facts, painter const& paint)
{
    auto const& pairs = facts.sums.pairs;
    auto const rejected = std::max(facts.sums.input.rejected, facts.rejections.count());
    auto const count = pairs.pairs - std::min(pairs.pairs, pairs.accepted);
    if (count == 0 && rejected == 0)
        return;
    out += '\n' + paint.strong("Not accepted") + ": " + counted_text(count, "pair", "pairs");
    out += rejected != 0 ? " and " + counted_text(rejected, "line", "lines") + " of the input\n" : "\n";
    if (pairs.conflict != 0)
        append_cause(out, "conflict", pairs.conflict, "cannot be cancelled any more, or are final already");
    for (std::size_t i = 1; i < reason_count; ++i)
    {
        if (pairs.failed_by_reason[i] != 0)
            append_cause(out, to_string(static_cast<reason>(i)), pairs.failed_by_reason[i], advice[i]);
    }
    if (pairs.unprocessed != 0)
        append_cause(out, "unprocessed", pairs.unprocessed, "have no outcome, since the run is not finished");
    append_rejections(out, facts);
}

void append_ambiguous(std::string& out, journal_sums const& sums, painter const& paint)
{
    auto const count = sums.pairs.ambiguous + sums.unprocessed_ambiguous;
    if (count == 0)
        return;
    out +=
        '\n' + paint.warning("Ambiguous: " + counted_text(count, "pair", "pairs")) +
        "\n  An attempt of theirs may have been carried out although its answer was lost, so that a conflict can be\n"
        "  the trace of our own success. See which with: batch-cancel report JOURNAL --select ambiguous\n";
}

void append_input(std::string& out, report_facts const& facts)
{
    auto const& input = facts.sums.input;
    if (input.lines == 0)
    {
        if (!std::all_of(facts.journals.begin(), facts.journals.end(), [](auto const& each) { return each.has_end; }))
            out += "\nInput      not counted: the run has not come to its end, and there may be more pairs\n";
        return;
    }
    out += "\nInput      " + counted_text(input.lines, "line", "lines") + ": " +
           counted_text(input.pairs, "pair", "pairs") + ", " +
           counted_text(input.duplicates, "duplicate", "duplicates") + ", " + grouped_text(input.rejected) +
           " rejected";
    if (input.other_shards != 0)
        out += ", " + grouped_text(input.other_shards) + " of other shards";
    out += input.complete ? "\n" : "; not read to its end\n";
}

void append_work(std::string& out, journal_sums const& sums)
{
    auto const& requests = sums.requests;
    out += "Requests   " + grouped_text(requests.sent) + " sent, " +
           counted_text(requests.retried, "retry", "retries") + ", " + grouped_text(requests.throttled) +
           " throttled, " + counted_text(requests.connections_opened, "connection", "connections") + '\n';
    if (requests.throttled != 0)
        out += "Held back  the service throttled " + grouped_text(requests.throttled) + " of " +
               counted_text(requests.attempts, "attempt", "attempts") + " (HTTP 429, 509, or 503 with Retry-After)\n";
    auto const wall = std::chrono::duration<double>(sums.wall).count();
    out += "Time       " + decimal_text(wall, 1) + " s";
    if (wall > 0)
        out += ", " + decimal_text(static_cast<double>(sums.pairs.settled()) / wall, 1) + " pairs/s";
    out += ", " + decimal_text(std::chrono::duration<double>(sums.cpu).count(), 2) + " s of CPU\n";
    if (sums.latency.count() == 0)
        return;
    auto const quantile = [&](double share)
    { return decimal_text(std::chrono::duration<double, std::milli>(sums.latency.quantile(share)).count(), 1); };
    out += "Latency    " + quantile(0.5) + " ms median, " + quantile(0.9) + " p90, " + quantile(0.99) + " p99, " +
           quantile(1) + " longest\n";
}

void append_journals(std::string& out, report_facts const& facts)
{
    for (auto const& journal : facts.journals)
    {
        if (!journal.path.empty())
            out += "Journal    " + visible_text(journal.path.string()) + '\n';
    }
}

}  // namespace

std::string summary_text(report_facts const& facts, color colors)
{
    painter const paint(colors);
    auto const& first = facts.journals.front().begun;
    std::string out(is_rehearsal(facts) ? rehearsal_text : std::string_view());
    out += "Run " + visible_text(first.run_id);
    if (facts.journals.size() > 1)
        out += " and " + grouped_text(facts.journals.size() - 1) + " more";
    out += ": " + state_text(facts, paint) + '\n';
    out += "Service    " + visible_text(first.endpoint) + " (" + visible_text(first.api_version) + ")";
    out += first.tenant.empty() ? "\n\n" : ", tenant " + visible_text(first.tenant) + "\n\n";
    append_outcomes(out, facts.sums.pairs, paint);
    append_ambiguous(out, facts.sums, paint);
    append_input(out, facts);
    append_work(out, facts.sums);
    append_journals(out, facts);
    append_not_accepted(out, facts, paint);
    return out;
}

}  // namespace batch_cancel::cli
