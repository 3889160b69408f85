#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

/** A directory of its own for a test, gone when the test ends. */
class temp_files
{
public:
    temp_files()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "batch-cancel-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error{"no temporary directory"};
        path_ = pattern;
    }

    temp_files(temp_files const&) = delete;
    temp_files& operator=(temp_files const&) = delete;

    ~temp_files()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    /** Write a file and tell its path. */
    std::string write(std::string_view name, std::string_view content) const
    {
        auto const file = path_ / name;
        std::ofstream{file, std::ios::binary} << content;
        return file.string();
    }

    std::string operator/(std::string_view name) const
    {
        return (path_ / name).string();
    }

    std::filesystem::path const& path() const noexcept
    {
        return path_;
    }

private:
    std::filesystem::path path_;
};
