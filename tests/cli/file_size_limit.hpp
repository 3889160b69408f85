#pragma once

#include <doctest/doctest.h>

#include <sys/resource.h>

#include <cstddef>

/** A disk that is full, for the children of this process: no file grows beyond so many bytes while this lives. */
class file_size_limit
{
public:
    explicit file_size_limit(std::size_t bytes)
    {
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
        auto limited = before_;
        limited.rlim_cur = bytes;
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &limited) == 0);
    }

    file_size_limit(file_size_limit const&) = delete;
    file_size_limit& operator=(file_size_limit const&) = delete;

    ~file_size_limit()
    {
        ::setrlimit(RLIMIT_FSIZE, &before_);
    }

private:
    rlimit before_{};
};
