// Texts from outside on their way to a request line, a header, a JSON line and a terminal.
#include "cli/input/ids.hpp"
#include "cli/render/visible_text.hpp"
#include "fuzz/fuzzed_input.hpp"
#include "wire/ids.hpp"
#include "wire/json_text.hpp"
#include "wire/request_template.hpp"
#include "wire/utf8.hpp"

#include <batch_cancel/options.hpp>

#include <simdjson.h>

#include <algorithm>
#include <string>

using namespace batch_cancel;
using fuzz::expect;

namespace
{

std::size_t count_of(std::string_view text, std::string_view what)
{
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size()))
        ++count;
    return count;
}

std::string decoded(std::string_view segment)
{
    std::string out;
    auto const digit = [](char c)
    {
        auto const place = std::string_view("0123456789ABCDEF").find(c);
        expect(place != std::string_view::npos, "an escape of a path has two digits in capitals");
        return place;
    };
    for (std::size_t i = 0; i < segment.size(); ++i)
    {
        char const c = segment[i];
        bool const is_unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                   c == '-' || c == '.' || c == '_' || c == '~';
        expect(is_unreserved || c == '%', "a path segment has unreserved characters and escapes alone");
        if (c != '%')
        {
            out += c;
            continue;
        }
        expect(i + 2 < segment.size(), "an escape of a path is whole");
        out += static_cast<char>(digit(segment[i + 1]) * 16 + digit(segment[i + 2]));
        i += 2;
    }
    return out;
}

// C1 controls, and what turns or ends a line.
void check_quiet(std::string_view text, char const* claim)
{
    for (auto at = text.find('\xc2'); at != std::string::npos; at = text.find('\xc2', at + 1))
        expect(static_cast<unsigned char>(text[at + 1]) >= 0xa0, claim);
    for (auto const* const turning : {"\xd8\x9c", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8", "\xe2\x80\xa9",
                                      "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae",
                                      "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9"})
        expect(text.find(turning) == std::string::npos, claim);
}

void check_utf8(std::string_view text)
{
    std::string kept;
    wire::assign_utf8(kept, text, wire::is_utf8(text) ? text.size() : text.size() * 3);
    expect(wire::is_utf8(kept), "what is kept of a text is UTF-8");
    expect(!wire::is_utf8(text) || kept == text, "a text that is UTF-8 is kept as it is");
    std::string cut;
    wire::assign_utf8(cut, text, text.size() / 2);
    expect(cut.size() <= text.size() / 2 && wire::is_utf8(cut), "a text that is cut is UTF-8 and within its bound");
    expect(kept.starts_with(cut), "a text that is cut is a beginning of the whole one");

    std::string json;
    wire::append_json_string(json, text);
    static simdjson::dom::parser parser;
    std::string_view read;
    expect(parser.parse(json).get(read) == simdjson::SUCCESS, "a JSON string that is written can be read");
    expect(read == kept, "a JSON string says what was to be written");
    expect(std::none_of(json.begin(), json.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }),
           "a JSON string has no control character in it");
    check_quiet(json, "a JSON string has no C1 control in it and does not turn the line");
}

void check_terminal(std::string_view text)
{
    auto const shown = cli::visible_text(text);
    expect(wire::is_utf8(shown), "what is shown is UTF-8");
    expect(std::none_of(shown.begin(), shown.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }),
           "what is shown has no control character in it");
    check_quiet(shown, "what is shown has no C1 control in it and does not turn the line");
    for (auto const* const hiding : {"\xe2\x80\x8b", "\xef\xbb\xbf"})
        expect(shown.find(hiding) == std::string::npos, "what is shown does not hide");
    expect(cli::visible_text(shown) == shown, "what is fit to be shown stays as it is");
}

void check_ids(std::string_view job, std::string_view task)
{
    auto const is_fit = [](std::string_view id)
    { return wire::is_utf8(id) && cli::id_fault(cli::id_kind::job, id).empty(); };
    expect(!is_fit(job) || wire::is_sendable_id(job), "what is taken for a job id is one");
    bool const is_task = wire::is_utf8(task) && cli::id_fault(cli::id_kind::task, task).empty();
    expect(!is_task || (wire::is_sendable_id(task) && task.find('@') == std::string_view::npos),
           "what is taken for a task id is one");
    if (wire::is_utf8(job))
    {
        auto const clean = cli::clean_id(job);
        expect(cli::clean_id(clean) == clean, "a clean id stays as it is");
        bool const is_unseen_inside =
            cli::id_fault(cli::id_kind::job, clean).find("cannot be seen") != std::string::npos;
        expect(is_fit(clean) == (wire::is_sendable_id(clean) && !is_unseen_inside && !clean.starts_with("=\"")),
               "input and engine agree on what a job id is, but for what cannot be seen");
    }
    if (!wire::is_sendable_id(job) || !wire::is_sendable_id(task))
        return;
    static auto const requests = []
    {
        wire::request_template made{{}, {}};
        made.use_token("token");
        return made;
    }();
    wire::wiped_string plain_written;
    wire::wiped_string written;
    requests.write_cancel(plain_written, "j", "t", "00000000-0000-0000-0000-000000000000");
    requests.write_cancel(written, job, task, "00000000-0000-0000-0000-000000000000");
    std::string const plain(plain_written);
    std::string const request(written);
    expect(count_of(request, "\r\n") == count_of(plain, "\r\n") && count_of(request, "\n") == count_of(plain, "\n"),
           "an id adds no line to a request");
    expect(request.find("\r\n\r\n") + 4 == request.size(), "a request ends with its header");
    auto const line = request.substr(0, request.find(" HTTP/1.1\r\n"));
    auto const plain_line = plain.substr(0, plain.find(" HTTP/1.1\r\n"));
    auto const before = plain_line.find("/j/") + 1;
    auto const job_end = line.find('/', before);
    auto const task_end = line.rfind('/');
    auto const task_begin = line.rfind('/', task_end - 1) + 1;
    expect(decoded(line.substr(before, job_end - before)) == job, "a request names its job");
    expect(decoded(line.substr(task_begin, task_end - task_begin)) == task, "a request names its task");
    expect(count_of(line, "/") == count_of(plain_line, "/"), "an id is one segment of the path");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    fuzz::fuzzed_input input(data, size);
    check_utf8(input.content());
    check_terminal(input.content());
    auto const job = input.next_text();
    check_ids(job, input.next_text());
    return 0;
}
