#pragma once

#include "board_file.hpp"
#include "command_process.hpp"
#include "service_host.hpp"
#include "verdict.hpp"
#include "workload.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::crash
{

/** What a round is about. */
struct round_setting
{
    std::uint64_t seed = 1;
    std::size_t pairs = 300;
    simulator::options service{};
    std::uint64_t concurrency = 16;
    /** Further options of `run`. */
    std::vector<std::string> options{};
    bool stops_after_ambiguous = false;
    bool reads_stdin = false;
    /** Ends with a report file. */
    bool has_report = false;
    /** Another build of the command. Empty: the one that was built with this. */
    std::filesystem::path program{};
    /** Where the folder of the round is made. Empty: among the temporary files. */
    std::filesystem::path place{};
};

/** How one process of the round is to end. Nothing said: by itself. */
struct ending
{
    /** What is planned on the board: its kind, number, deed, error, is_lasting and sync_delay_us are taken. */
    call_kind kind = call_kind::none;
    deed what = deed::none;
    std::uint64_t number = 0;
    int error = 0;
    bool is_lasting = false;
    std::uint32_t sync_delay_us = 0;
    /** A signal after so long. */
    std::optional<std::chrono::microseconds> signal_after{};
    int signal = 9;
    /** Called when the process has paused, which then goes on. */
    std::function<void()> when_paused{};
    /** `signal` is there when it goes on. */
    bool signals_when_paused = false;
    /** Changes how the command is started. */
    std::function<void(command_setting&)> change{};
};

/** One run of the command against a service of its own, with all its resumes, in a folder of its own. */
class round
{
public:
    explicit round(round_setting setting);
    round(round const&) = delete;
    round& operator=(round const&) = delete;

    /** Removes the folder, unless it is to be kept. */
    ~round();

    /** Let the command run, or resume what was run before, to its end.
        @par Errors  std::runtime_error: it does not end. */
    command_end launch(ending const& wanted = {});

    /** Launch without a shim and without an end until the run is finished, a few times if limits of the run stop it.
        @return  The last end. */
    command_end finish();

    /** Start another process on the journal, which must not get it, and a report, which must. */
    std::vector<std::string> intrude();

    /** Leave of the journal only what a power cut at the end of the last process may leave. */
    void cut_power(random_source& random);

    /** A power cut has left a gap before bytes that did reach the disk: a resume may go no further than to say where. */
    bool has_hole() const noexcept
    {
        return has_hole_;
    }

    /** Begin with the first bytes of a journal that another round of the same setting has made. */
    void adopt(round const& other, std::string text, std::size_t size);

    /** Check everything that holds at the end of a finished run: promises, totals of the report, exit code. */
    std::vector<std::string> broken(command_end const& last);

    /** The journal has a whole first record: there is something to resume. */
    bool is_begun() const;

    bool is_finished() const;

    /** From here on resumes are given the input anew: in another order, and with more pairs. */
    void extend_input(random_source& random);

    board const& last_board() const noexcept
    {
        return **board_;
    }

    std::vector<cancel_event> events()
    {
        return service_.events();
    }

    std::filesystem::path const& folder() const noexcept
    {
        return folder_;
    }

    std::filesystem::path journal() const
    {
        return folder_ / "run.jsonl";
    }

    /** Keep the folder. */
    void keep() noexcept
    {
        is_kept_ = true;
    }

    std::size_t processes() const noexcept
    {
        return processes_.size();
    }

    std::uint64_t doubts();

private:
    command_setting command_of(ending const& wanted);
    void plan(ending const& wanted);
    // A journal whose first record is not whole is none yet: it is taken away, and the run begins anew.
    void drop_unbegun();
    run_trace trace();
    void check_report(command_end const& last, journal_facts const& journal, std::vector<std::string>& into);

    round_setting setting_;
    std::filesystem::path folder_;
    random_source random_;
    service_host service_;
    workload input_;
    std::unique_ptr<board_file> board_{};
    std::vector<process_trace> processes_{};
    std::uint64_t synced_{0};            // bytes of the journal that no power cut takes
    std::string before_{};               // the journal as the last process found it
    std::vector<std::string> broken_{};  // found on the way
    std::set<std::string> settled_elsewhere_{};
    std::set<std::string> in_doubt_{};
    bool name_is_synced_{false};
    unsigned power_cuts_{0};
    bool has_hole_{false};
    bool gives_input_{false};
    bool is_kept_{false};
};

}  // namespace batch_cancel::crash
