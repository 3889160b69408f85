#pragma once

#include <batch_cancel/journal_record.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace batch_cancel::cli
{

class command;

/** What a command does that continues a run. */
enum class contact : bool
{
    /** It only reads the journal: the run is finished, say. */
    none,
    /** It sends requests, with a token. */
    service,
};

/** The run that a command continues, as far as its options matter. */
struct continued_run
{
    /** The last process of the run. */
    run_record const& last;
    /** The command that began it: its options are those that a journal can have. */
    command const& begun_by;
    /** Path of the journal, for messages. */
    std::string journal{};
    cli::contact contact = cli::contact::service;
    /** The variable BATCH_CANCEL_TOKEN has a token. */
    bool has_token = false;
};

/** Take from the journal of a run what may come from there (option::journal), for options that the command line has not set.
    Every command that reads a journal and contacts a service goes through here, after variables and files are applied.

    An endpoint is taken only if it is that of a known cloud.

    @return  What to tell the user about options that were left out; empty if there are none.
    @par Errors  Throws usage_error: options must be given again; it names each, with the journal's value. Or this version does
                 not know an option. */
std::string take_from_journal(command& to, continued_run const& run);

/** The words that the next process needs to continue this run as this one was started: options of the command line that it
    will not find in the journal. Nothing that came from a journal is among them, and no secret. */
std::vector<std::string> words_to_repeat(command const& of);

}  // namespace batch_cancel::cli
