#include "journal/boot.hpp"

#include <fstream>

namespace batch_cancel::journal_format
{

std::string current_boot_id()
{
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return id;
}

bool may_have_lost_writes(std::string_view boot_of_writer, std::string_view boot_now) noexcept
{
    return boot_of_writer.empty() || boot_of_writer != boot_now;
}

}  // namespace batch_cancel::journal_format
