#pragma once

#include "simulation/run/run_book.hpp"

#include <string>
#include <vector>

namespace batch_cancel::simulation
{

/** Judge a run by what the service knows.

    Each fault begins with the name of the promise that is broken:

    - RC-01 *complete*: each pair that was pulled is in exactly one record: its result, or among the pairs left over. Sink and
      journal have the same results. A run that ends without an error has left nothing.
    - RC-02 *right pair*: status, texts, ids, Retry-After and time of a result are those of the last answer to that very pair,
      and it counts all its requests.
    - RC-03 *truthful*: accepted means 202 and conflict 409; the reason of a failure fits its last attempt.
    - RC-04 *ambiguity is visible*: a record is ambiguous exactly if the effect of one of its pair's attempts is unknown.
    - RC-05 *send bound*: no attempt beyond the most allowed, those not counted that a service refused for its load or its
      token, or that probed in an outage. Nothing is sent again after an answer that settles it; nor, if so wished, after
      an ambiguous attempt; nor while an attempt is under way.
    - RC-15 *Retry-After*: nothing is sent between the receipt of a Retry-After and its end. That of a failure binds its pair.
      Nor is anything held back for longer than a tenth, or 250 ms, after a pause that leaves nothing else to wait for.
    - RC-17 *no storm*: a retry waits for a backoff, unless it probes or its connection was found dead.
    - RC-18 *token*: hardly anything is sent with a token that is known to be refused, no pair more than twice. One request
      for another token at a time.
    - RC-20 *stop*: no request after the stop; the end within 32 s (the command aborts after 30), or 1 s of an abort.
    - RC-21 *progress*: the run ends, and soon after the last trouble.
    - RC-27 *limits*: requests in flight and connections are never more than allowed, one request a connection at a time.
    - RC-30 *books*: what the summary counts is what the service saw and the records say.
    - *effort*: no pair fails before its attempts are used up, its patience is over, or its token has worked for others; an
      outcome that is known is not left out.
    - *outage*: nobody fails by an outage that passes.
    - *cause*: the run stops for the reason it gives, not before that holds, and at once when it does.
    - *fresh connection*: after a failure, the next attempt is the first request of its connection.
    - *written ahead*: the journal says that a pair may be sent before it is.
    - *rate*: no more starts a second than asked for.

    RC-22, *replay* (a seed is always the same run), and RC-28, *clocks* (the civil time may jump by a day without effect),
    compare two runs; the program does that.

    @param log  In order of starting.
    @return     What is wrong, a line each; empty if all is well. */
std::vector<std::string> find_faults(scenario const& of, std::vector<attempt_log> const& log, run_book const& book);

/** Judge a run that was stopped, and then resumed until its end: together they are as complete as one (RC-01, RC-02, RC-04),
    and what had its outcome is not sent again (RC-20).

    @param log  Of both. */
std::vector<std::string> find_faults_of_resume(run_book const& stopped, run_book const& resumed,
                                               std::vector<attempt_log> const& log);

/** Judge how an outage was borne (RC-17): the first trouble of the scenario, which comes in the middle of a long run. While
    nothing gets through there is a probe for each step of the backoff and nothing else; and 30 s after it has passed, the
    goodput is 90 % of what it was.

    @param goodput  Set to the goodput afterwards, as share of that before. */
std::vector<std::string> find_faults_of_outage(scenario const& of, std::vector<attempt_log> const& log,
                                               double& goodput);

}  // namespace batch_cancel::simulation
