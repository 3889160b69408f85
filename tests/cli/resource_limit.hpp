#pragma once

#include <doctest/doctest.h>

#include <sys/resource.h>

/** Less of a resource for the children that are started while this lives: RLIMIT_FSIZE is a disk that is full. */
class resource_limit
{
public:
    resource_limit(__rlimit_resource_t which, rlim_t most)
        : which_(which)
    {
        REQUIRE(::getrlimit(which, &before_) == 0);
        auto limited = before_;
        limited.rlim_cur = most;
        REQUIRE(::setrlimit(which, &limited) == 0);
    }

    resource_limit(resource_limit const&) = delete;
    resource_limit& operator=(resource_limit const&) = delete;

    ~resource_limit()
    {
        ::setrlimit(which_, &before_);
    }

private:
    __rlimit_resource_t which_;
    rlimit before_{};
};
