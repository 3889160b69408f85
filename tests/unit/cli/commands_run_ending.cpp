#include "cli/commands/run_ending.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/asio/error.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <utility>

using namespace batch_cancel;
using namespace batch_cancel::cli;

namespace
{

run_facts all_accepted()
{
    run_facts facts;
    facts.pairs.pairs = facts.pairs.accepted = 10;
    facts.requests.sent = 10;
    return facts;
}

run_facts stopped_with(boost::system::error_code error)
{
    auto facts = all_accepted();
    facts.error = error;
    facts.pairs.accepted = 9;
    facts.pairs.unprocessed = 1;
    return facts;
}

}  // namespace

TEST_SUITE("commands_run_ending")
{
    TEST_CASE("run_ending: 0 is for every pair accepted, and nothing else")
    {
        auto facts = all_accepted();
        CHECK(judge_ending(facts) == run_ending{exit_code::all_well, ""});
        facts.rejected = 1;
        CHECK(judge_ending(facts).code == exit_code::not_all_well);
        facts = all_accepted();
        facts.pairs.accepted = 9;
        facts.pairs.failed = 1;
        CHECK(judge_ending(facts) == run_ending{exit_code::not_all_well, ""});
    }

    TEST_CASE("run_ending: what stops a run at its first contact is no wrong usage once a cancel was answered")
    {
        for (auto const& [why, name] :
             {std::pair{errc::first_contact_failed, "first_contact"}, std::pair{errc::version_not_known, "version"}})
        {
            auto facts = stopped_with(why);
            CHECK(judge_ending(facts) == run_ending{exit_code::not_usable, name});
            facts.answered = 1;
            CHECK(judge_ending(facts) == run_ending{exit_code::stopped_by_limit, name});
        }
    }

    TEST_CASE("run_ending: conflicts count unless they are said to be well")
    {
        auto facts = all_accepted();
        facts.pairs.accepted = 9;
        facts.pairs.conflict = 1;
        CHECK(judge_ending(facts).code == exit_code::not_all_well);
        facts.conflict_ok = true;
        CHECK(judge_ending(facts).code == exit_code::all_well);
        facts.pairs.failed = 1;
        CHECK(judge_ending(facts).code == exit_code::not_all_well);
    }

    TEST_CASE("run_ending: what stopped the run is named and has its code")
    {
        CHECK(judge_ending(stopped_with(errc::credentials_refused)) ==
              run_ending{exit_code::credentials_refused, "credentials"});
        CHECK(judge_ending(stopped_with(errc::not_http)) == run_ending{exit_code::stopped_by_limit, "no_http"});
        CHECK(judge_ending(stopped_with(errc::journal_not_writable)) == run_ending{exit_code::not_written, "journal"});
        CHECK(judge_ending(stopped_with(errc::halted)) == run_ending{exit_code::stopped_by_limit, "halt"});
        CHECK(judge_ending(stopped_with(errc::patience_exhausted)) ==
              run_ending{exit_code::stopped_by_limit, "patience"});
        CHECK(judge_ending(stopped_with(errc::out_of_time)) == run_ending{exit_code::stopped_by_limit, "max_duration"});
        CHECK(judge_ending(stopped_with(errc::pilot_done)) == run_ending{exit_code::stopped_by_limit, "limit"});
        for (auto const& [signal, name] : {std::pair{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}})
        {
            auto facts = stopped_with(boost::asio::error::operation_aborted);
            facts.signal = signal;
            CHECK(judge_ending(facts) == run_ending{static_cast<exit_code>(128 + signal), name});
        }
    }

    TEST_CASE("run_ending: an unknown version is a mistake, unless a cancel in flight was taken all the same")
    {
        auto facts = stopped_with(errc::version_not_known);
        CHECK(judge_ending(facts) == run_ending{exit_code::not_usable, "version"});
        facts.answered = 1;
        CHECK(judge_ending(facts) == run_ending{exit_code::stopped_by_limit, "version"});
    }

    TEST_CASE("run_ending: a signal that came when all was done has stopped nothing")
    {
        auto facts = all_accepted();
        facts.signal = SIGINT;
        CHECK(judge_ending(facts) == run_ending{exit_code::all_well, ""});
    }

    TEST_CASE("run_ending: without anything sent a run was not usable")
    {
        auto facts = stopped_with(errc::first_contact_failed);
        facts.requests.sent = 0;
        CHECK(judge_ending(facts).code == exit_code::not_usable);
        facts.error = errc::token_not_available;
        CHECK(judge_ending(facts).code == exit_code::not_usable);
        facts.requests.sent = 1;
        CHECK(judge_ending(facts).code == exit_code::credentials_refused);
    }

    TEST_CASE("run_ending: no pair at all is a mistake, but not for a shard of others' pairs")
    {
        run_facts facts;
        CHECK(judge_ending(facts).code == exit_code::not_usable);
        facts.other_shards = 5;
        CHECK(judge_ending(facts).code == exit_code::all_well);
    }

    TEST_CASE("run_ending: of several causes the journal goes first, then credentials, then signals")
    {
        auto facts = stopped_with(errc::credentials_refused);
        facts.signal = SIGINT;
        facts.stopped_input = input_stop::max_pairs;
        CHECK(judge_ending(facts).code == exit_code::credentials_refused);
        facts.journal_failed = true;
        CHECK(judge_ending(facts).code == exit_code::not_written);
        facts = stopped_with(errc::halted);
        facts.signal = SIGINT;
        CHECK(judge_ending(facts).code == exit_code_of_signal(SIGINT));
        facts = stopped_with(boost::asio::error::operation_aborted);
        facts.signal = SIGTERM;
        facts.stopped_input = input_stop::max_pairs;
        CHECK(judge_ending(facts).code == exit_code_of_signal(SIGTERM));
    }

    TEST_CASE("run_ending: a pilot as long as its input has just come to its end")
    {
        auto facts = all_accepted();
        facts.error = errc::pilot_done;
        facts.input_complete = true;
        CHECK(judge_ending(facts) == run_ending{exit_code::all_well, ""});
        facts.input_complete = false;
        CHECK(judge_ending(facts) == run_ending{exit_code::stopped_by_limit, "limit"});
    }

    TEST_CASE("run_ending: a stream that went on beyond the limit was stopped by it")
    {
        auto facts = all_accepted();
        facts.stopped_input = input_stop::max_pairs;
        CHECK(judge_ending(facts) == run_ending{exit_code::stopped_by_limit, "max_pairs"});
        facts.stopped_input = input_stop::max_rejected;
        CHECK(judge_ending(facts) == run_ending{exit_code::stopped_by_limit, "max_rejected"});
        facts.stopped_input = input_stop::unreadable;
        CHECK(judge_ending(facts) == run_ending{exit_code::stopped_by_limit, "input"});
        facts.pairs = {};
        CHECK(judge_ending(facts) == run_ending{exit_code::stopped_by_limit, "input"});
    }
}
