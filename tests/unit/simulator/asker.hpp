#pragma once

#include "simulator/service.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace simulator_tests
{

namespace simulator = batch_cancel::simulator;

/** An answer as bytes, and what tests ask of it. */
struct answer
{
    simulator::reply made{};

    unsigned status() const
    {
        REQUIRE(made.bytes.starts_with("HTTP/1.1 "));
        return static_cast<unsigned>(std::stoul(made.bytes.substr(9, 3)));
    }

    bool holds(std::string_view text) const
    {
        return made.bytes.find(text) != std::string::npos;
    }

    std::string body() const
    {
        return made.bytes.substr(made.bytes.find("\r\n\r\n") + 4);
    }
};

/** A service without sockets, a client of it, and a clock that the test sets. */
struct asker
{
    explicit asker(simulator::options simulated = {})
        : options(std::move(simulated))
        , service(options, now)
        , token(service.tokens().issue(now))
    {
    }

    /** Send a whole request, given as its lines. */
    answer send(std::string const& text)
    {
        simulator::request_reader reader;
        auto const read = reader.read(text);
        REQUIRE(read.reached == simulator::request_reader::state::complete);
        REQUIRE(read.taken == text.size());
        answer made;
        service.answer(reader.current(), from, now, made.made);
        return made;
    }

    answer ask(std::string const& method, std::string const& path, std::string const& more = {})
    {
        auto const length = method == "POST" ? std::string("Content-Length: 0\r\n") : std::string();
        auto text = method + " " + path + " HTTP/1.1\r\nHost: simulated:1\r\nAuthorization: Bearer " + token + "\r\n";
        return send(text.append(length).append(more).append("\r\n"));
    }

    answer cancel(std::string const& job, std::string const& task)
    {
        return ask("POST", root + "/" + job + "/users/" + task + "/cancel");
    }

    std::string job(std::size_t index) const
    {
        return std::string(simulator::view(simulator::to_text(ids().job_id(index))));
    }

    std::string task(std::size_t in_job, std::size_t index) const
    {
        return std::string(simulator::view(simulator::to_text(ids().task_id(in_job, index))));
    }

    simulator::identity const& ids() const
    {
        return service.migrations().ids();
    }

    simulator::statistics counts()
    {
        auto seen = service.counts();
        service.migrations().report(seen);
        return seen;
    }

    static inline std::string const root = "/v1.0/solutions/migrations/crossTenantMigrationJobs";

    std::chrono::steady_clock::time_point now{std::chrono::hours{1}};
    simulator::options options;
    simulator::service service;
    std::string token;
    simulator::visitor from{};
};

}  // namespace simulator_tests
