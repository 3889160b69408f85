#include "simulator/documents.hpp"

#include "wire/json_text.hpp"

#include <array>

namespace batch_cancel::simulator
{

namespace
{

using wire::json_object_writer;

constexpr std::array<std::string_view, 3> workloads{"ODSP", "Exchange", "Teams"};

// What a task of a job under way shows: mailboxes sync first, the rest has not begun.
std::string_view workload_state(std::string_view workload, migration_state state)
{
    if (state == migration_state::in_progress)
        return workload == "Exchange" ? "syncing" : "notStarted";
    return to_string(state);
}

// Part of a JSON string: no quotes around it.
void append_escaped(std::string& out, std::string_view text)
{
    auto const from = out.size();
    wire::append_json_string(out, text);
    out.pop_back();
    out.erase(from, 1);
}

}  // namespace

void append_error(std::string& out, std::string_view code, std::string_view message, exchange_ids const& ids,
                  date_text const& date)
{
    out += "{\"error\":{\"code\":";
    wire::append_json_string(out, code);
    out += ",\"message\":";
    wire::append_json_string(out, message);
    out += ",\"innerError\":";
    json_object_writer inner(out);
    inner.string("date", date.iso());
    inner.string("request-id", ids.request_id);
    inner.string("client-request-id", ids.client_request_id);
    inner.end();
    out += "}}";
}

void append_throttled(std::string& out, exchange_ids const& ids, date_text const& date)
{
    out += "{\"error\":{\"code\":\"TooManyRequests\",\"innerError\":{\"code\":\"429\",\"date\":\"";
    out += date.iso();
    out += "\",\"message\":\"Please retry after\",\"request-id\":\"";
    out += ids.request_id;
    out += "\",\"status\":\"429\"},\"message\":\"Please retry again later.\"}}";
}

void append_task_cancelled(std::string& out, std::string_view version, std::string_view job, std::string_view task)
{
    out += R"({"@odata.context":"https://graph.microsoft.com/)";
    out += version;
    out += R"(/$metadata#microsoft.graph.crossTenantMigrationCancelResponse","status":"Accepted","message":")";
    out += "Cancellation request for user id: ";
    append_escaped(out, task);
    out += " from batch: ";
    append_escaped(out, job);
    out += " was accepted.\"}";
}

void append_job_cancelled(std::string& out, std::string_view job_id, std::string_view name)
{
    json_object_writer body(out);
    body.string("id", job_id);
    body.string("displayName", name);
    body.string("status", "pendingCancel");
    body.string("message", "Cancellation request for the batch was accepted.");
    body.end();
}

void append_job(std::string& out, std::string_view context, std::string_view id, std::string_view name,
                migration_state state)
{
    json_object_writer job(out);
    if (!context.empty())
        job.string("@odata.context", context);
    job.string("id", id);
    job.string("displayName", name);
    job.string("status", to_string(state));
    job.string("message", "");
    job.string("createdDateTime", "2026-01-05T09:11:33.2115505Z");
    job.string("lastUpdatedDateTime", "2026-01-06T09:11:33Z");
    job.string("completeAfterDateTime", "2099-12-31T00:00:00Z");
    job.string("sourceTenantId", "0a2f6d3e-5b0c-4f57-9a55-0e1c3a1d7b01");
    job.string("targetTenantId", "3d6f1b52-8f0e-4c8d-a7a1-6a8f0c9e2b02");
    job.string("resourceType", "users");
    job.raw("resources", "[]");
    job.raw("workloads", R"(["ODSP","Exchange","Teams"])");
    job.null("exchangeSettings");
    job.string("createdBy", "b41c9a77-2d0a-4a8c-8a52-5d7b1c3e9f03");
    job.end();
}

void append_task(std::string& out, std::string_view context, std::string_view id, migration_state state)
{
    json_object_writer task(out);
    if (!context.empty())
    {
        task.string("@odata.context", context);
        task.string("taskType", "Users");
    }
    task.string("id", id);
    task.string("lastUpdatedDateTime", "2026-01-06T09:11:33Z");
    task.raw("currentStatus", "[");
    for (auto const workload : workloads)
    {
        if (workload != workloads.front())
            out += ',';
        json_object_writer detail(out);
        detail.string("service", workload);
        detail.string("status", workload_state(workload, state));
        detail.string("message", "");
        detail.raw("errors", "[]");
        detail.end();
    }
    out += ']';
    task.end();
}

}  // namespace batch_cancel::simulator
