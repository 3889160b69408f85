#include "journal/interrupted_journal_impl.hpp"

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

}  // namespace batch_cancel
