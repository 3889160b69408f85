#include "cli/input/ids.hpp"

#include "pairs/guid.hpp"

namespace batch_cancel::cli
{

namespace
{

constexpr bool is_ascii_control(char byte) noexcept
{
    return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
}

bool has_control_character(std::string_view id) noexcept
{
    for (std::size_t i = 0; i != id.size(); ++i)
    {
        if (is_ascii_control(id[i]))
            return true;
        // U+0080 to U+009F are C2 80 to C2 9F.
        if (id[i] == '\xc2' && i + 1 != id.size() && static_cast<unsigned char>(id[i + 1]) < 0xa0)
            return true;
    }
    return false;
}

}  // namespace

bool is_guid(std::string_view text) noexcept
{
    return pairs::parse_guid(text).has_value();
}

std::string_view job_id_fault(std::string_view id) noexcept
{
    if (is_guid(id))
        return {};
    if (id.empty())
        return "no job id";
    if (id.size() > longest_id)
        return "the job id is longer than 256 bytes";
    if (id == "." || id == "..")
        return "\".\" and \"..\" are no job ids";
    if (has_control_character(id))
        return "the job id has a control character in it";
    return {};
}

std::string_view task_id_fault(std::string_view id) noexcept
{
    if (is_guid(id))
        return {};
    if (id.empty())
        return "no task id";
    if (id.size() > longest_id)
        return "the task id is longer than 256 bytes";
    if (id == "." || id == "..")
        return "\".\" and \"..\" are no task ids";
    if (has_control_character(id))
        return "the task id has a control character in it";
    if (id.find('@') != std::string_view::npos)
        return "the task id is a user name; the object id of the user in the target tenant is wanted";
    return {};
}

}  // namespace batch_cancel::cli
