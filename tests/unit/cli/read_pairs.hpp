#pragma once

#include "cli/input/pair_reader.hpp"

#include <batch_cancel/pair.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

inline std::string const guid_a = "aaaaaaaa-0000-0000-0000-000000000001";
inline std::string const guid_b = "bbbbbbbb-0000-0000-0000-000000000002";

/** What a text gave when it was read as a file named "in". */
struct read_pairs_result
{
    std::vector<batch_cancel::pair> pairs{};
    std::vector<std::pair<std::uint64_t, std::string>> rejected{};
    std::uint64_t comments = 0;
    batch_cancel::cli::reading_notes notes{};

    std::vector<std::pair<std::string, std::string>> ids() const
    {
        std::vector<std::pair<std::string, std::string>> found;
        for (auto const& read : pairs)
            found.emplace_back(read.job_id, read.task_id);
        return found;
    }

    std::vector<std::uint64_t> rejected_lines() const
    {
        std::vector<std::uint64_t> found;
        for (auto const& [line, cause] : rejected)
            found.push_back(line);
        return found;
    }
};

/** Read a text that comes in blocks of a size. */
inline read_pairs_result read_pairs(std::string_view text, batch_cancel::cli::reading_rules rules = {},
                                    std::size_t block = 100'000)
{
    using batch_cancel::cli::pair_reader;
    read_pairs_result found;
    pair_reader reader{"in", std::move(rules)};
    batch_cancel::pair read;
    for (;;)
    {
        auto const step = reader.next(read);
        if (step == pair_reader::step::pair)
            found.pairs.push_back(read);
        else if (step == pair_reader::step::rejected)
            found.rejected.emplace_back(reader.fault_line(), std::string{reader.fault()});
        else if (step == pair_reader::step::end)
            break;
        else if (text.empty())
            reader.finish();
        else
        {
            auto const space = reader.space();
            auto const count = std::min({block, space.size(), text.size()});
            std::copy_n(text.data(), count, space.data());
            reader.commit(count);
            text.remove_prefix(count);
        }
    }
    found.comments = reader.comments();
    found.notes = reader.notes();
    return found;
}
