#include "cli/console/error_text.hpp"

#include <boost/system/system_error.hpp>

namespace batch_cancel::cli
{

std::string error_text(std::exception const& error)
{
    std::string text = error.what();
    auto const* const coded = dynamic_cast<boost::system::system_error const*>(&error);
    if (coded == nullptr)
        return text;
    auto const said = coded->code().what();
    if (text.ends_with(said))
        text.replace(text.size() - said.size(), said.size(), coded->code().message());
    if (coded->code() == boost::system::errc::too_many_files_open)
        text += "; raise the limit of the process (ulimit -n)";
    return text;
}

}  // namespace batch_cancel::cli
