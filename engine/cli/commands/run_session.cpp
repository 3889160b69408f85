#include "cli/commands/run_session.hpp"

#include "cli/commands/run_record.hpp"
#include "cli/commands/spawn.hpp"
#include "cli/commands/version_hint.hpp"
#include "cli/console/error_text.hpp"
#include "cli/render/number_text.hpp"
#include "core/saturated_sum.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/journal_reader.hpp>
#include <batch_cancel/journal_totals.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace batch_cancel::cli
{

namespace asio = boost::asio;

namespace
{

// A pause that the service asked the run for binds the process that goes on with it.
std::chrono::steady_clock::duration rest_of_pause(resumption const* resumed)
{
    if (resumed == nullptr)
        return {};
    return resumed->known().rest_of_pause(std::chrono::system_clock::now());
}

engine_options engine_options_of(run_options const& options, resumption const* resumed)
{
    engine_options made;
    made.paused_for = rest_of_pause(resumed);
    made.api_version = options.api_version;
    made.max_in_flight = options.concurrency;
    made.attempt_timeout = options.timeout;
    made.adapt = !options.no_adapt;
    made.sharers = options.input.shard ? static_cast<unsigned>(options.input.shard->count) : 1;
    // The rate of all shards together.
    made.max_rate = options.rate == 0 ? 0 : std::max(options.rate / made.sharers, 0.001);
    made.max_attempts = options.max_attempts;
    made.after_ambiguous = options.on_ambiguous;
    made.patience = options.patience;
    made.max_duration = options.max_duration;
    made.token_wait = options.token_wait;
    made.max_failed = options.halt.failed;
    made.max_failed_share = options.halt.share;
    made.max_begun = options.limit;
    made.executor_is_serial = true;  // one thread runs the context
    made.user_agent = "batch-cancel/" BATCH_CANCEL_VERSION;
    return made;
}

std::optional<journal_file> open_journal(run_options const& options, run_record const& begun,
                                         input_counts const& expected, asio::thread_pool& disk, resumption* resumed)
{
    journal_file_options keeping{.blocking = disk.get_executor()};
    if (expected.complete)
        keeping.counted = expected;
    if (resumed != nullptr)
        return resumed->take_journal(begun, keeping);
    if (options.journal != "none")
        return create_journal(options.journal, begun, keeping);
    // Reports and lists are made from a journal, so they need one even if nobody wants to keep it.
    if (!options.outputs.empty() || options.list)
        return journal_file::create_temporary(begun, keeping);
    return std::nullopt;
}

bool is_ignored(int signal) noexcept
{
    struct sigaction action
    {
    };
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

run_session::run_session(asio::io_context& context, run_options const& options, service_access& service,
                         pair_input& input, input_counts const& expected, rejection_log& rejections, console& out,
                         resumption* resumed)
    : options_(options)
    , service_(service)
    , input_(input)
    , rejections_(rejections)
    , out_(out)
    , context_(context)
    , resumed_(resumed)
    , expected_(expected)
    , signals_(context, {SIGINT, SIGTERM})
    , begun_(describe_run(options, service, input.carried(), resumed))
    , journal_(open_journal(options, begun_, expected, disk_, resumed))
    , unsent_(resumed == nullptr && journal_ ? &*journal_ : nullptr)
    , tally_(journal_ ? &*journal_ : nullptr)
    , events_(out)
    , transport_(make_tls_transport(context.get_executor(), service.connecting))
    , engine_(context.get_executor(), engine_options_of(options, resumed),
              {.transport = transport_.get(),
               .token_source = service.token.source.get(),
               .journal = &tally_,
               .clock = nullptr,
               .on_event = [this](engine_event const& event) { events_.note(event); }})
    , drain_timer_(context)
    , progress_timer_(context)
{
    auto const left = expected.pairs - (resumed != nullptr ? resumed->before().pairs.settled() : 0);
    if (expected.complete)
        total_ = options.limit != 0 ? std::min(options.limit, left) : left;
    // A program that was started with nohup is to outlive its terminal.
    if (!is_ignored(SIGHUP))
        signals_.add(SIGHUP);
}

run_ending run_session::run()
{
    std::exception_ptr failed;
    spawn(context_, conduct(), [&failed](std::exception_ptr error) { failed = error; });
    context_.run();
    if (failed)
        std::rethrow_exception(failed);
    // What did not come to be counted is in the records all the same, and what could not be written is not.
    if (journal_failed_ || aborting_)
        recorded_ = recorded_sums();
    return ending_;
}

asio::awaitable<void> run_session::conduct()
{
    auto const rethrow = [](std::exception_ptr error)
    {
        if (error)
            std::rethrow_exception(error);
    };
    input_.begin([this](rejected_line const& rejected) { note_rejected(rejected); });
    start_ = std::chrono::steady_clock::now();
    auto* const new_journal = unsent_.release();  // from here on something may be sent
    signals_.start([this](int number) { on_signal(number); });
    if (out_.shows_progress())
        spawn(context_, show_progress(), rethrow);
    version_hint first_results(out_, options_.api_version);
    auto ended = co_await engine_.async_run(input_, first_results, asio::as_tuple(asio::use_awaitable));
    error_ = std::get<0>(ended);
    summary_ = std::move(std::get<1>(ended));
    stopped_input_ = input_.stopped_by();
    stop_cause_ = input_.stop_cause();
    // The engine cannot tell a stream that was interrupted from one that has ended.
    if (!error_ && signal_ != 0 && stopped_input_ == input_stop::none && !input_.counts().complete)
        error_ = asio::error::operation_aborted;
    is_sending_ = false;
    progress_timer_.cancel();
    out_.live({});
    co_await close_books();
    if (has_sent_nothing())
        unsent_.reset(new_journal);
    signals_.close();
    drain_timer_.cancel();
    out_.live({});
}

void run_session::note_rejected(rejected_line const& rejected)
{
    rejections_.note(rejected);
    rejected_.add(rejected.cause);
    if (!journal_ || journal_failed_)
        return;
    std::string fault;
    try
    {
        return journal_->reject(rejected);
    }
    catch (std::exception const& failed)
    {
        fault = failed.what();
    }
    throw described_error(errc::journal_not_writable, std::move(fault));
}

// What is left to be done when nothing is sent any more.
asio::awaitable<void> run_session::close_books()
{
    std::exception_ptr failed;
    try
    {
        co_await record_left_over();
    }
    catch (...)
    {
        failed = std::current_exception();
    }
    if (failed)
        note_failure(failed);
    judge();
    failed = nullptr;
    try
    {
        if (journal_ && !journal_failed_)
            co_await journal_->finish(end_);
    }
    catch (...)
    {
        failed = std::current_exception();
    }
    if (failed)
    {
        note_failure(failed);
        judge();
    }
}

// Pairs that the engine has not pulled: so that the journal names them, and they are counted.
asio::awaitable<void> run_session::record_left_over()
{
    journal_failed_ = error_ == errc::journal_not_writable;
    std::vector<pair> block(1024);
    while (!aborting_)
    {
        auto const count = read_left_over(block);
        if (count == 0)
            break;
        summary_.pairs.pairs += count;
        summary_.pairs.unprocessed += count;
        for (std::size_t i = 0; i != count; ++i)
            tally_.leave(block[i]);
        co_await commit_left_over();
    }
    check_input_is_whole();
    if (journal_ && !journal_failed_)
        journal_->note(counts());
}

// A journal that fails ends no counting.
asio::awaitable<void> run_session::commit_left_over()
{
    std::exception_ptr failed;
    try
    {
        if (!journal_failed_)
            co_await tally_.commit();
    }
    catch (...)
    {
        failed = std::current_exception();
    }
    if (failed)
        note_failure(failed);
}

// A file that was cut short while it was read has not come to its end, though its reader has.
void run_session::check_input_is_whole()
{
    auto const found = input_.counts();
    if (!found.complete)
        return;
    missing_ = input_.missing();
    if (missing_ == 0)
        return;
    out_.error("the input has changed while it was read: " + counted_text(missing_, "pair", "pairs") +
               " that it had before are missing");
    if (!error_)
        error_ = make_error_code(boost::system::errc::io_error);
}

// A run that is finished keeps its journal all the same: of a shard without pairs, say, it is the proof.
bool run_session::has_sent_nothing() const noexcept
{
    bool const is_finished = ending_.code == exit_code::all_well || ending_.code == exit_code::not_all_well;
    return !is_finished && summary_.requests.sent == 0;
}

input_counts run_session::counts() const
{
    // Pairs that were there at the first look are pairs of the run.
    auto found = input_.counts();
    found.pairs += missing_;
    found.lines += missing_;
    return found;
}

std::size_t run_session::read_left_over(std::span<pair> into)
{
    for (;;)
    {
        try
        {
            return input_.read_left_over(into);
        }
        catch (boost::system::system_error const& error)
        {
            // A journal that fails ends no counting.
            if (error.code() == errc::journal_not_writable)
            {
                note_failure(std::current_exception());
                continue;
            }
            // The counts then say that the input was not read to its end.
            out_.warning(error_text(error));
            return 0;
        }
        catch (std::exception const& error)
        {
            out_.warning(error_text(error));
            return 0;
        }
    }
}

void run_session::note_failure(std::exception_ptr failed)
{
    try
    {
        std::rethrow_exception(failed);
    }
    catch (std::exception const& error)
    {
        out_.error(error_text(error));
    }
    journal_failed_ = true;
}

void run_session::judge()
{
    auto const read = counts();
    ending_ = judge_ending({.error = error_,
                            .signal = signal_,
                            .stopped_input = stopped_input_,
                            .input_complete = read.complete,
                            .journal_failed = journal_failed_,
                            .conflict_ok = options_.conflict_ok,
                            .pairs = pairs_of_run(),
                            .answered = summary_.pairs.accepted + summary_.pairs.conflict,
                            .requests = summary_.requests,
                            .rejected = read.rejected,
                            .other_shards = read.other_shards});
    end_ = {.time = std::chrono::system_clock::now(),
            .stopped_by = std::string{ending_.stopped_by},
            .detail = summary_.detail.empty() ? stop_cause_ : summary_.detail,
            .pairs = summary_.pairs,
            .requests = summary_.requests,
            .wall = std::chrono::steady_clock::now() - start_,
            .cpu = cpu_time()};
}

// The last complete reading stands: this one, the first look, or that of a process before.
input_counts run_session::input_of_run() const
{
    auto const read = counts();
    if (read.complete)
        return read;
    if (expected_.complete)
        return expected_;
    return resumed_ != nullptr && resumed_->known().overview().input.complete ? resumed_->known().overview().input
                                                                              : read;
}

// Those that processes before have settled included.
pair_totals run_session::pairs_of_run() const
{
    auto pairs = summary_.pairs;
    if (resumed_ != nullptr)
    {
        auto const& before = resumed_->before().pairs;
        pairs.add_settled(before);
        // Pairs that the journal knows are left over even if this process has not come to them.
        pairs.pairs = std::max(pairs.pairs, before.pairs);
    }
    if (auto const input = input_of_run(); input.complete)
        pairs.pairs = std::max(pairs.pairs, input.pairs);
    pairs.unprocessed = pairs.pairs - pairs.settled();
    return pairs;
}

// What the journal's readers will say. Nothing if there is no journal, or it cannot be read.
std::optional<journal_sums> run_session::recorded_sums() const
{
    if (!journal_)
        return std::nullopt;
    try
    {
        journal_reader reader{*journal_};
        journal_totals totals;
        totals.add(reader);
        return totals.sums();
    }
    catch (std::exception const&)
    {
        return std::nullopt;
    }
}

report_facts run_session::facts() const
{
    report_facts facts;
    auto& sums = facts.sums;
    auto& journal = facts.journals.emplace_back();
    if (resumed_ != nullptr)
    {
        journal = resumed_->known().overview();
        sums = resumed_->before();
    }
    else
        journal.begun = begun_;
    journal.begun.tenant = begun_.tenant;
    journal.path = journal_ && keeps_journal() ? journal_->path() : std::filesystem::path{};
    ++journal.processes;
    journal.end = end_;
    journal.has_end = true;
    journal.input = input_of_run();
    journal.torn_bytes = 0;
    sums.pairs = pairs_of_run();
    sums.unprocessed_ambiguous = tally_.left_ambiguous();
    auto const named = summary_.pairs.pairs + (resumed_ != nullptr ? resumed_->before().pairs.settled() : 0);
    sums.unnamed = sums.pairs.pairs - std::min(sums.pairs.pairs, named);
    if (recorded_)
    {
        sums.pairs = recorded_->pairs;
        sums.unprocessed_ambiguous = recorded_->unprocessed_ambiguous;
        sums.unnamed = recorded_->unnamed;
    }
    journal.unnamed = sums.unnamed;
    journal.open = sums.pairs.unprocessed - sums.unnamed;
    sums.input = journal.input;
    sums.requests.add(summary_.requests);
    sums.wall = core::saturated_sum(sums.wall, end_.wall);
    sums.cpu = core::saturated_sum(sums.cpu, end_.cpu);
    sums.latency.add(summary_.latency);
    facts.carried = begun_.carried;
    facts.rejections = rejected_;
    return facts;
}

}  // namespace batch_cancel::cli
