#pragma once

#include <exception>
#include <string>

namespace batch_cancel::cli
{

/** Say an error as people do: a system error without the category and number that Boost puts after it, and a remedy where
    there is one that its place cannot know. */
std::string error_text(std::exception const& error);

}  // namespace batch_cancel::cli
