#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <unistd.h>

namespace batch_cancel::test
{

/** A file with some content that is gone when this is. */
class temp_file
{
public:
    explicit temp_file(std::string_view content)
    {
        auto pattern = (std::filesystem::temp_directory_path() / "batch-cancel-test-XXXXXX").string();
        auto const descriptor = ::mkstemp(pattern.data());
        if (descriptor >= 0)
            ::close(descriptor);
        path_ = pattern;
        write(content);
    }

    ~temp_file()
    {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }

    temp_file(temp_file const&) = delete;
    temp_file& operator=(temp_file const&) = delete;

    void write(std::string_view content) const
    {
        std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
    }

    std::filesystem::path const& path() const noexcept
    {
        return path_;
    }

private:
    std::filesystem::path path_;
};

}  // namespace batch_cancel::test
