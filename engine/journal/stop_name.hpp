#pragma once

#include <boost/system/error_code.hpp>

#include <string_view>

namespace batch_cancel::journal_format
{

/** Name what stopped a run as journals and reports do. Empty if nothing did. */
std::string_view stop_name(boost::system::error_code error) noexcept;

}  // namespace batch_cancel::journal_format
