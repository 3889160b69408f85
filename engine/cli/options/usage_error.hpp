#pragma once

#include <stdexcept>

namespace batch_cancel::cli
{

/** The command line, a variable or a config file asks for something that cannot be; its text says what and what to do. */
class usage_error : public std::runtime_error
{
    using std::runtime_error::runtime_error;
};

}  // namespace batch_cancel::cli
