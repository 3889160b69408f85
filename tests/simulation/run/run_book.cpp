#include "simulation/run/run_book.hpp"

#include <charconv>
#include <string_view>

namespace batch_cancel::simulation
{

namespace
{

constexpr std::string_view prefix = "task-";

}  // namespace

std::string task_id(std::size_t task)
{
    return std::string(prefix) + std::to_string(task);
}

std::size_t task_of(std::string const& id)
{
    std::size_t task = 0;
    std::from_chars(id.data() + prefix.size(), id.data() + id.size(), task);
    return task;
}

}  // namespace batch_cancel::simulation
