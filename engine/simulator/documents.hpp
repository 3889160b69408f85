#pragma once

#include "simulator/reply.hpp"
#include "simulator/tenant.hpp"

#include <string>
#include <string_view>

/** The bodies of answers. Each function appends one JSON value, or as much of it as its name says. */
namespace batch_cancel::simulator
{

void append_error(std::string& out, std::string_view code, std::string_view message, exchange_ids const& ids,
                  date_text const& date);

void append_throttled(std::string& out, exchange_ids const& ids, date_text const& date);

/** The answer to a cancel that was taken; the ids are those of the request. */
void append_task_cancelled(std::string& out, std::string_view version, std::string_view job, std::string_view task);
void append_job_cancelled(std::string& out, std::string_view job_id, std::string_view name);

/** A job or a task. A `context` that is not empty makes it the document itself, not a member of a list. */
void append_job(std::string& out, std::string_view context, std::string_view id, std::string_view name,
                migration_state state);
void append_task(std::string& out, std::string_view context, std::string_view id, migration_state state);

}  // namespace batch_cancel::simulator
