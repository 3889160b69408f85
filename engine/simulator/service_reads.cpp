#include "simulator/documents.hpp"
#include "simulator/service.hpp"

#include "wire/json_text.hpp"

#include <algorithm>

namespace batch_cancel::simulator
{

namespace
{

constexpr std::size_t largest_page = 999;
constexpr std::string_view jobs_path = "solutions/migrations/crossTenantMigrationJobs";

// Strangers keep the id that they came with, if it is one, and the name.
std::string id_of(identity const& ids, entity_key job, std::string_view asked)
{
    auto const given = is_own(job) ? std::nullopt : parse_guid(asked);
    return std::string(view(to_text(given ? *given : ids.job_id(job))));
}

std::string name_of(entity_key job, std::string_view asked)
{
    return is_own(job) ? identity::job_name(job) : std::string(asked);
}

std::string context(std::string_view version, std::string_view collection, std::string_view suffix = {})
{
    std::string text = "https://graph.microsoft.com/";
    text.append(version).append("/$metadata#").append(collection).append(suffix);
    return text;
}

constexpr std::string_view one_member = "/$entity";

std::string tasks_path(std::string_view job_id)
{
    std::string path(jobs_path);
    return path.append("('").append(job_id).append("')/users");
}

}  // namespace

void service::answer_others(exchange& x)
{
    if (route_.names <= resource::bad_query)
    {
        refuse_target(x);
        return;
    }
    if (refuse_method(x))
        return;
    auto const drawn = draw_luck(counts_.requests);
    hold_back(x, drawn);
    auto const job = route_.names == resource::jobs ? std::nullopt : tenant_.ids().find_job(route_.job);
    if (route_.names == resource::jobs)
        show_jobs(x);
    else if (!job)
        not_found(x, "UserRequest not found with batch ", route_.job);
    else if (route_.names == resource::job)
        show_job(x, *job);
    else if (route_.names == resource::tasks)
        show_tasks(x, *job);
    else if (route_.names == resource::task)
        show_task(x, *job);
    else if (carries_out(drawn))
        cancel_job(x, *job);
    spoil(x, drawn);
}

void service::cancel_job(exchange& x, entity_key job)
{
    auto const verdict = tenant_.cancel_job(job, x.now);
    if (!verdict.accepted)
    {
        message_ = "Cancel is not possible. Current status is ";
        message_ += to_string(verdict.met);
        send_error(x, 409, "Conflict", message_);
        return;
    }
    body_.clear();
    append_job_cancelled(body_, id_of(tenant_.ids(), job, route_.job), name_of(job, route_.job));
    send(x, {.status = 202, .more = odata_line});
}

void service::show_jobs(exchange& x)
{
    auto const size = std::min(route_.top.value_or(options_.page_size), largest_page);
    auto const first = std::min(route_.skip, options_.jobs);
    auto const last = first + std::min(size, options_.jobs - first);
    begin_page(jobs_path);
    for (auto job = first; job < last; ++job)
    {
        if (job != first)
            body_ += ',';
        auto const id = to_text(tenant_.ids().job_id(job));
        append_job(body_, {}, view(id), identity::job_name(job), tenant_.job_state(job, x.now));
    }
    finish_page(x, last < options_.jobs ? std::optional(last) : std::nullopt, jobs_path);
}

void service::show_job(exchange& x, entity_key job)
{
    body_.clear();
    append_job(body_, context(route_.version, jobs_path, one_member), id_of(tenant_.ids(), job, route_.job),
               name_of(job, route_.job), tenant_.job_state(job, x.now));
    send(x, {.status = 200, .more = odata_line});
}

void service::show_tasks(exchange& x, entity_key job)
{
    auto const path = tasks_path(id_of(tenant_.ids(), job, route_.job));
    auto room = std::min(route_.top.value_or(options_.page_size), largest_page);
    begin_page(path);
    auto task = route_.skip;
    bool first = true;
    for (; task < options_.tasks_per_job && room != 0; ++task)
    {
        tenant::task_place const place{job, task, tenant_.ids().pair_key(job, task)};
        if (!tenant_.has_task(job, task))
            continue;
        if (!first)
            body_ += ',';
        first = false;
        --room;
        auto const task_id = to_text(tenant_.ids().task_id(job, task));
        append_task(body_, {}, view(task_id), tenant_.task_state(place, x.now));
    }
    finish_page(x, task < options_.tasks_per_job ? std::optional(task) : std::nullopt, path);
}

void service::show_task(exchange& x, entity_key job)
{
    auto const place = tenant_.find_task(job, route_.task);
    if (!place)
    {
        not_found(x, "No task found for given id ", route_.task);
        return;
    }
    body_.clear();
    auto const shown_in = context(route_.version, tasks_path(id_of(tenant_.ids(), job, route_.job)), one_member);
    append_task(body_, shown_in, route_.task, tenant_.task_state(*place, x.now));
    send(x, {.status = 200, .more = odata_line});
}

void service::begin_page(std::string_view path)
{
    body_ = R"({"@odata.context":")";
    body_ += context(route_.version, path);
    body_ += R"(","value":[)";
}

// The link has the origin that the client itself used, whatever name it knows this server by.
void service::finish_page(exchange& x, std::optional<std::size_t> next, std::string_view path)
{
    body_ += ']';
    if (next)
    {
        message_ = options_.secure ? "https://" : "http://";
        message_.append(x.asked.host).append(1, '/').append(route_.version).append(1, '/').append(path).append(1, '?');
        if (route_.top)
            message_.append("$top=").append(std::to_string(*route_.top)).append(1, '&');
        message_.append("$skiptoken=").append(std::to_string(*next));
        body_ += R"(,"@odata.nextLink":)";
        wire::append_json_string(body_, message_);
    }
    body_ += '}';
    send(x, {.status = 200, .more = odata_line});
}

}  // namespace batch_cancel::simulator
