#include "cli/commands/event_log.hpp"

#include "cli/progress/progress_text.hpp"

#include <string>

namespace batch_cancel::cli
{

namespace
{

constexpr std::chrono::seconds silence{10};

std::string text_of(engine_event const& event)
{
    std::string const detail{event.detail};
    switch (event.what)
    {
    case engine_event::kind::connection_opened:
        return "connected" + (detail.empty() ? detail : " to " + detail);
    case engine_event::kind::connection_failed:
        return "no connection: " + detail;
    case engine_event::kind::address_failed:
        return "an address does not work: " + detail;
    case engine_event::kind::attempt_failed:
        return "an attempt failed and is made again: " + detail;
    case engine_event::kind::throttled:
        if (event.record != nullptr && !event.record->retry_after)
            return "the service throttles and does not say for how long; nothing is sent for " +
                   time_span_text(event.wait);
        return "the service asks to wait " + time_span_text(event.wait) + "; nothing is sent until then";
    case engine_event::kind::token_refused:
        return "the service refuses the token; another one is asked for" + (detail.empty() ? detail : ": " + detail);
    case engine_event::kind::token_renewed:
        return "a new token is in use";
    case engine_event::kind::pace_changed:
        return "pace: " + detail;
    case engine_event::kind::token_awaited:
        return "waiting up to " + time_span_text(event.wait) + " for " + detail + "; nothing is sent until then";
    }
    return detail;
}

}  // namespace

void event_log::note(engine_event const& event)
{
    using kind = engine_event::kind;
    bool const is_detail = event.what == kind::connection_opened || event.what == kind::address_failed ||
                           event.what == kind::attempt_failed || event.what == kind::pace_changed;
    if (is_detail && !out_.is_verbose())
        return;
    auto text = text_of(event);
    if (!out_.is_verbose())
    {
        if (is_due(event.what, text))
            out_.warning(text);
        return;
    }
    if (event.what == kind::connection_opened && !is_due(event.what, text))
        return;
    if (event.record != nullptr)
        text += " (" + event.record->pair.job_id + " " + event.record->pair.task_id + ")";
    out_.detail(text);
}

bool event_log::is_due(engine_event::kind kind, std::string& text)
{
    auto& state = kinds_[static_cast<std::size_t>(kind)];
    auto const now = std::chrono::steady_clock::now();
    if (state.was_told && now - state.told < silence)
    {
        ++state.untold;
        return false;
    }
    if (state.untold != 0)
        text += " (and " + std::to_string(state.untold) + " times more before)";
    state = {.told = now, .untold = 0, .was_told = true};
    return true;
}

}  // namespace batch_cancel::cli
