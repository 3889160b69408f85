#pragma once

#include <cstdlib>
#include <initializer_list>
#include <string>
#include <vector>

namespace batch_cancel::test
{

/** Variables of this process that a child cannot do without, "NAME=VALUE"; no others are handed on. */
inline std::vector<std::string> basic_variables()
{
    std::vector<std::string> variables{"TERM=dumb"};
    for (auto const* const name : {"PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS"})
        if (auto const* const value = std::getenv(name); value != nullptr)
            variables.push_back(std::string{name} + "=" + value);
    return variables;
}

/** Texts as exec takes them. They must outlive what is returned. */
inline std::vector<char*> pointers_to(std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    for (auto& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace batch_cancel::test
