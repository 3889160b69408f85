// Reads corpora again: each file of the folders and paths that are named, in order of name, once.
#include "fuzz/fuzzed_input.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace
{

namespace fs = std::filesystem;

std::vector<fs::path> files_of(int count, char** arguments)
{
    std::vector<fs::path> files;
    for (int i = 1; i < count; ++i)
    {
        if (!fs::is_directory(arguments[i]))
        {
            files.emplace_back(arguments[i]);
            continue;
        }
        for (auto const& entry : fs::directory_iterator(arguments[i]))
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

int main(int count, char** arguments)
{
    auto const files = files_of(count, arguments);
    for (auto const& file : files)
    {
        std::ifstream stream(file, std::ios::binary);
        if (!stream)
        {
            std::cerr << file << ": cannot be read\n";
            return 1;
        }
        // Said before: a target that finds something ends the process.
        std::cout << file.filename().string() << std::endl;
        std::vector<char> const bytes{std::istreambuf_iterator<char>(stream), {}};
        // A copy of the exact size, for the sanitizer to see the first byte that is read too far.
        std::vector<std::uint8_t> const exact(bytes.begin(), bytes.end());
        LLVMFuzzerTestOneInput(exact.data(), exact.size());
    }
    if (files.empty())
        std::cerr << "there is nothing to replay\n";
    return files.empty() ? 1 : 0;
}
