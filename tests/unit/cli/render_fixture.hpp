#pragma once

#include "cli/commands/report.hpp"
#include "unit/journal/journal_fixture.hpp"

#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace batch_cancel::testing
{

/** Write a journal, record by record, and close it. */
template <class Write>
std::filesystem::path write_journal(std::filesystem::path const& path, run_record const& run, Write write)
{
    journal_file journal(path, run);
    write(journal);
    commit(journal);
    return path;
}

inline cli::journal_report report_of(std::vector<std::filesystem::path> const& paths)
{
    std::vector<journal_reader> readers;
    for (auto const& path : paths)
        readers.emplace_back(path);
    return cli::journal_report(std::move(readers));
}

inline std::string written(cli::journal_report& report, cli::report_format format,
                           cli::selection wanted = cli::selection::all, cli::report_look const& look = {})
{
    std::ostringstream out;
    cli::write_report(out, report, format, wanted, look);
    return out.str();
}

/** A finished run of three pairs, one of each outcome. */
inline std::filesystem::path three_pairs(std::filesystem::path const& path, run_record const& run = sample_run())
{
    return write_journal(path, run,
                         [](journal_file& journal)
                         {
                             journal.settle(sample_result("1"));
                             auto conflict = sample_result("2", outcome::conflict);
                             conflict.ambiguous = true;
                             journal.settle(conflict);
                             auto failed = sample_result("3", outcome::failed);
                             failed.message = "No such task";
                             journal.settle(failed);
                             journal.reject({.file = "pairs.csv", .line = 5, .cause = "the task id is empty"});
                             journal.note({.complete = true, .lines = 5, .pairs = 3, .duplicates = 1, .rejected = 1});
                             run_end end{.time = test_time(std::chrono::seconds{2})};
                             end.requests = {
                                 .sent = 4, .attempts = 4, .retried = 1, .throttled = 0, .connections_opened = 2};
                             end.wall = std::chrono::milliseconds{1500};
                             end.cpu = std::chrono::milliseconds{400};
                             finish(journal, end);
                         });
}

}  // namespace batch_cancel::testing
