#pragma once

#include "journal/append_file.hpp"

#include <batch_cancel/interrupted_journal.hpp>

namespace batch_cancel
{

class interrupted_journal::impl
{
public:
    explicit impl(std::filesystem::path where)
        : path(std::move(where))
        , file(journal_format::open_locked(path))
    {
    }

    std::filesystem::path path;
    journal_format::descriptor file;
};

}  // namespace batch_cancel
