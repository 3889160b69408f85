#include "core/retry_queue.hpp"
#include "support/test_start.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace batch_cancel::core;
using namespace std::chrono_literals;

namespace
{

ticket of_task(std::string id)
{
    ticket made;
    made.record.pair.task_id = std::move(id);
    return made;
}

}  // namespace

TEST_SUITE("retry_queue")
{
    TEST_CASE("retry_queue: in order of the time due, then of coming")
    {
        retry_queue queue;
        queue.push(of_task("late"), test_start + 3s);
        queue.push(of_task("first"), test_start + 1s);
        queue.push(of_task("second"), test_start + 1s);
        ticket taken;
        CHECK(queue.next_due() == test_start + 1s);
        CHECK(queue.front().record.pair.task_id == "first");
        queue.pop(taken);
        CHECK(taken.record.pair.task_id == "first");
        queue.pop(taken);
        CHECK(taken.record.pair.task_id == "second");
        CHECK(queue.size() == 1);
        CHECK(queue.next_due() == test_start + 3s);
        queue.pop(taken);
        CHECK(queue.empty());
    }
}
