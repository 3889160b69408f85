#pragma once

#include <stdexcept>

namespace batch_cancel::cli
{

/** The input as a whole cannot be used: its text names the file, what is wrong and what to do. Nothing has been sent. */
class input_error : public std::runtime_error
{
    using std::runtime_error::runtime_error;
};

/** The bytes of an input are not in the encoding that they should be in. */
class encoding_error : public input_error
{
    using input_error::input_error;
};

}  // namespace batch_cancel::cli
