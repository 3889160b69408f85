#pragma once

#include <batch_cancel/errc.hpp>

#include <exception>
#include <string>

namespace batch_cancel::run
{

/** What made something fail. */
struct failure
{
    boost::system::error_code code{};
    std::string text{};
};

/** Read an exception of a part that a caller brought.
    @param otherwise  What it is if it has no code of its own. */
failure read_failure(std::exception_ptr const& thrown, errc otherwise);

}  // namespace batch_cancel::run
