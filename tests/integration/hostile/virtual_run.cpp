#include "virtual_run.hpp"

#include "truth.hpp"

#include <chrono>
#include <utility>

namespace batch_cancel::test
{

virtual_run::virtual_run(engine_options wanted)
    : engine_fixture(std::move(wanted))
    , began_(time.now())
{
    serve([this](seen_request const& request) { return take(request); });
}

void virtual_run::serve(std::function<decision(seen_request const&)> decide)
{
    service.answer_others(
        [this, decide = std::move(decide)](seen_request const& request)
        {
            auto decided = decide(request);
            if (decided.applied)
                applied_.insert(request.task_id);
            return decided.answer;
        });
}

virtual_run::decision virtual_run::take(seen_request const& request) const
{
    if (was_applied(request.task_id))
        return {.answer = http(409, R"({"error":{"code":"Conflict","message":"cancelled already"}})"), .applied = true};
    return {.answer = accepted(), .applied = true};
}

void virtual_run::finish_and_check(std::vector<std::string> const& tasks)
{
    finish();
    service_books known;
    known.applied = applied_;
    for (auto const& request : service.requests())
        ++known.requests[request.task_id];
    check_truth(
        tasks, known,
        {.results = results.results(), .leavings = journal.leavings, .made = made(), .stopped = error().failed()});
}

double virtual_run::seconds() const
{
    return std::chrono::duration<double>(time.now() - began_).count();
}

}  // namespace batch_cancel::test
