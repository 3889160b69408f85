#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace batch_cancel::cli
{

/** Finds a name in a list in the same time however long it is; case does not matter. */
class name_index
{
public:
    struct entry
    {
        /** Of the first such name in the list. */
        std::size_t place = 0;
        /** How often the name is in the list. */
        std::size_t count = 0;
    };

    /** @param names  A range of texts. */
    template <class Names>
    explicit name_index(Names const& names)
    {
        for (std::string_view const name : names)
            add(name);
    }

    /** Null if the name is not in the list. */
    entry const* find(std::string_view name) const;

    bool empty() const noexcept
    {
        return entries_.empty();
    }

private:
    void add(std::string_view name);

    std::unordered_map<std::string, entry> entries_;  // by names in lower case
    std::size_t size_{0};
};

}  // namespace batch_cancel::cli
