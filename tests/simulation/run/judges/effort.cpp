#include "simulation/run/judges/evidence.hpp"

#include <algorithm>

namespace batch_cancel::simulation
{

using namespace std::chrono_literals;

namespace
{

using attempts_of_pair = std::vector<attempt_log const*>;

bool is_last_by_choice(evidence const& all, result const& made)
{
    return all.of.options.after_ambiguous == after_ambiguous::stop && made.ambiguous;
}

// All attempts were used that may be.
void check_attempts(evidence& all, result const& made, attempts_of_pair const& attempts, std::string const& name)
{
    if (is_last_by_choice(all, made))
        return;
    auto const counted = static_cast<std::size_t>(
        std::count_if(attempts.begin(), attempts.end(), [](auto* a) { return evidence::counts(*a); }));
    if (counted < all.of.options.max_attempts)
        all.accuse("effort", name, " failed after ", counted, " attempts of ", all.of.options.max_attempts);
}

// It was throttled for as long as patience lasts, while others got through.
void check_patience(evidence& all, attempts_of_pair const& attempts, std::string const& name)
{
    auto const& last = *attempts.back();
    auto since = last.answered;
    for (auto each = attempts.rbegin(); each != attempts.rend() && !evidence::counts(**each); ++each)
    {
        if ((*each)->is_throttle())
            since = (*each)->answered;
    }
    auto const patience = all.of.options.patience;
    if (patience == duration::zero() || last.answered - since < patience)
        all.accuse("effort", name, " failed for being throttled for ", seconds(last.answered - since), " s");
    bool const others_got_through =
        std::any_of(all.log.begin(), all.log.end(),
                    [&](attempt_log const& each)
                    { return evidence::is_clear(each) && each.answered > since && each.answered <= last.answered; });
    if (!others_got_through)
        all.accuse("effort", name, " failed for being throttled while nobody got through");
}

// An answer that comes from behind the check of tokens.
bool shows_token(attempt_log const& attempt)
{
    return attempt.has_answer() && attempt.status < 500 && !attempt.is_refusal() && !attempt.is_throttle();
}

// Its token had worked for another pair since it was refused, and it was tried once more.
void check_refusals(evidence& all, attempts_of_pair const& attempts, std::string const& name)
{
    bool const is_known =
        std::any_of(attempts.begin(), attempts.end() - 1,
                    [&](auto* refused)
                    {
                        return refused->is_refusal() &&
                               std::any_of(all.log.begin(), all.log.end(),
                                           [&](attempt_log const& other)
                                           {
                                               return other.task != refused->task && other.token == refused->token &&
                                                      shows_token(other) && other.started >= refused->answered &&
                                                      other.answered <= attempts.back()->answered;
                                           });
                    });
    if (!is_known)
        all.accuse("effort", name, " failed unauthorized, though its token had not been seen to work since");
}

// For as long as it failed, another pair was answered, or there was no other.
void check_outage(evidence& all, result const& made, attempts_of_pair const& attempts, std::string const& name)
{
    auto const& last = *attempts.back();
    auto const first = std::find_if(attempts.begin(), attempts.end(), [](auto* a) { return a->is_transient(); });
    if (is_last_by_choice(all, made) || *first == &last)
        return;
    bool others_answered = false;
    bool others_to_begin = false;
    for (auto const& each : all.log)
    {
        bool const is_meanwhile = each.answered >= all.end_of(**first) && each.answered <= all.end_of(last);
        others_answered = others_answered || (evidence::is_clear(each) && is_meanwhile);
        // What started just afterwards may have been on its way, waiting for its connection.
        others_to_begin = others_to_begin || (each.number == 0 && each.started > all.end_of(last) + 5s);
    }
    if (others_to_begin && !others_answered)
        all.accuse("outage", name, " failed while no other pair was answered");
}

void check_failure(evidence& all, result const& made)
{
    auto const task = task_of(made.pair.task_id);
    auto const& attempts = all.by_task.at(task);
    if (made.outcome != outcome::failed || attempts.empty())
        return;
    auto const& last = *attempts.back();
    auto const name = task_id(task);
    if (last.is_transient())
    {
        check_attempts(all, made, attempts, name);
        check_outage(all, made, attempts, name);
    }
    else if (last.is_throttle())
        check_patience(all, attempts, name);
    else if (last.is_refusal())
        check_refusals(all, attempts, name);
}

// An answer that settles its pair is no reason to leave it over. A 403 is, until the credentials are known to work.
void check_reason_to_leave(evidence& all, pair const& left)
{
    auto const task = task_of(left.task_id);
    auto const& attempts = all.by_task.at(task);
    if (attempts.empty())
        return;
    auto const& last = *attempts.back();
    bool const is_known = last.answered <= all.book.ended && last.answered < all.book.aborted;
    if (is_known && evidence::is_clear(last) && last.status != 403)
        all.accuse("effort", task_id(task), " is left, though it was answered ", last.status);
}

}  // namespace

void judge_effort(evidence& all)
{
    for (auto const& each : all.book.results)
        check_failure(all, each);
    for (auto const& each : all.book.left)
        check_reason_to_leave(all, each);
}

}  // namespace batch_cancel::simulation
