#include "journal/interrupted_journal_impl.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace batch_cancel
{

interrupted_journal::interrupted_journal(std::filesystem::path path)
    : impl_(std::make_unique<impl>(std::move(path)))
{
}

interrupted_journal::interrupted_journal(interrupted_journal&&) noexcept = default;
interrupted_journal& interrupted_journal::operator=(interrupted_journal&&) noexcept = default;
interrupted_journal::~interrupted_journal() = default;

std::filesystem::path const& interrupted_journal::path() const noexcept
{
    return impl_->path;
}

bool interrupted_journal::others_may_write() const noexcept
{
    struct stat status
    {
    };
    return ::fstat(impl_->file.get(), &status) != 0 || status.st_uid != ::geteuid() ||
           (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

}  // namespace batch_cancel
