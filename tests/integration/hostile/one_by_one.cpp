#include "one_by_one.hpp"

#include "wire/utf8.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace batch_cancel::test
{

namespace
{

engine_options one_at_a_time(engine_options wanted)
{
    wanted.max_in_flight = 1;
    wanted.max_failed_share = 0;
    return wanted;
}

bool is_plain(char c)
{
    return static_cast<unsigned char>(c) >= 0x20 && c != '\x7f';
}

}  // namespace

std::string taken(std::string const& fields, std::string const& rest)
{
    return "HTTP/1.1 202 Accepted\r\n" + fields + "\r\n" + rest;
}

bool is_one_clean_line(std::string const& text)
{
    return wire::is_utf8(text) && std::all_of(text.begin(), text.end(), is_plain);
}

one_by_one::one_by_one(std::vector<fault_reply> const& replies, engine_options wanted)
    : hostile_run(one_at_a_time(std::move(wanted)))
{
    std::vector<std::string> tasks{"good-0"};
    for (std::size_t i = 1; i <= replies.size(); ++i)
    {
        auto const number = std::to_string(i);
        server.answer("bad-" + number, replies[i - 1]);
        tasks.push_back("bad-" + number);
        tasks.push_back("good-" + number);
    }
    cancel(tasks);
    CHECK(!error());
    for (std::size_t i = 0; i <= replies.size(); ++i)
    {
        auto const& good = result_of("good-" + std::to_string(i));
        CHECK(good.outcome == outcome::accepted);
        CHECK(good.attempts == 1);
        CHECK_FALSE(good.ambiguous);
    }
}

bool one_by_one::closed_after_each() const
{
    auto const& all = server.requests();
    auto const was_last = [&](asked_request const& bad)
    {
        auto const comes_after = [&](asked_request const& other)
        { return other.connection == bad.connection && other.earlier_on_connection > bad.earlier_on_connection; };
        return std::none_of(all.begin(), all.end(), comes_after);
    };
    return std::all_of(all.begin(), all.end(),
                       [&](asked_request const& each)
                       { return !each.task_id.starts_with("bad") || each.earlier_for_task > 0 || was_last(each); });
}

}  // namespace batch_cancel::test
