#include "cli/service/exposed_file.hpp"

#include "cli/render/shell_word.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>

namespace batch_cancel::cli
{

std::string exposure_text(std::filesystem::path const& secret)
{
    struct stat facts
    {
    };
    if (::stat(secret.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode))
        return {};
    bool const by_group = (facts.st_mode & S_IRGRP) != 0 && facts.st_uid == ::geteuid();
    if (!by_group && (facts.st_mode & S_IROTH) == 0)
        return {};
    std::array<char, 8> mode{};
    std::snprintf(mode.data(), mode.size(), "%03o", static_cast<unsigned>(facts.st_mode & 0777));
    return secret.string() + " holds a secret, and other users can read it (mode " + mode.data() + "); chmod 600 " +
           shell_path(secret.string());
}

}  // namespace batch_cancel::cli
