#pragma once

#include "child.hpp"

#include <boost/json/parse.hpp>

#include <csignal>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

/** A simulator as a process, and a directory in which the command is run against it. */
struct simulated_service
{
    explicit simulated_service(std::vector<std::string> const& further = {})
        : process(where, arguments(further))
    {
        auto const told = boost::json::parse(process.wait_for_line());
        endpoint = told.at("endpoint").as_string().c_str();
        roots = told.at("cacert").as_string().c_str();
        token = told.at("token").as_string().c_str();
        pairs_file = told.at("pairs").as_string().c_str();
    }

    ~simulated_service()
    {
        process.send(SIGTERM);
        process.wait();
    }

    static std::vector<std::string> arguments(std::vector<std::string> const& further)
    {
        std::vector<std::string> all{"simulate", "-q"};
        all.insert(all.end(), further.begin(), further.end());
        return all;
    }

    /** Words of a command line, and those that make it reach this service, without a question. */
    std::vector<std::string> reach(std::vector<std::string> words) const
    {
        words.insert(words.end(), {"--endpoint", endpoint, "--cacert", roots, "--yes"});
        return words;
    }

    /** The first so many of its pairs, as an input. */
    std::string pairs(std::size_t count) const
    {
        std::ifstream in(pairs_file);
        std::string text;
        std::string line;
        for (std::size_t i = 0; i <= count && std::getline(in, line); ++i)
            text += line + '\n';
        return text;
    }

    work_directory where;
    child process;
    std::string endpoint;
    std::string roots;
    std::string token;
    std::string pairs_file;
};
