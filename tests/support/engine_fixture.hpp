#pragma once

#include "support/scripted_transport.hpp"
#include "support/virtual_clock.hpp"

#include <batch_cancel/engine.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace batch_cancel::test
{

/** A journal that keeps the order of what happened, and can fail. */
class noted_journal final : public journal
{
public:
    boost::asio::awaitable<void> plan(std::span<pair const> block) override;

    void begin(pair const& begun) override
    {
        if (begins_left && (*begins_left)-- == 0)
            throw std::runtime_error("no memory for a note");
        notes.push_back("begin " + begun.task_id);
    }

    void admit(pair const& admitted) override
    {
        notes.push_back("admit " + admitted.task_id);
    }

    void wait(result const& so_far) override
    {
        notes.push_back("wait " + so_far.pair.task_id);
        waits.push_back(so_far);
    }

    void pause(std::chrono::system_clock::time_point until) override
    {
        notes.push_back("pause");
        pauses.push_back(until);
    }

    void settle(result const& settled) override
    {
        notes.push_back("settle " + settled.pair.task_id);
    }

    void leave(pair const& left) override
    {
        notes.push_back("leave " + left.task_id);
        leavings.push_back(left);
    }

    boost::asio::awaitable<void> commit() override;

    /** Where a note stands. Fails the test if it is not there. */
    std::size_t position(std::string const& note) const;

    std::vector<std::string> notes{};
    std::vector<pair> leavings{};
    std::vector<result> waits{};
    std::vector<std::chrono::system_clock::time_point> pauses{};
    /** No block can be planned. */
    bool refuses_plans = false;
    /** So many pairs can be begun before one cannot. */
    std::optional<std::size_t> begins_left{};
    /** So many commits succeed before one, and all after it, fail. */
    std::optional<std::size_t> commits_left{};
};

/** "task-1", "task-2" and so on. */
std::vector<std::string> task_ids(std::size_t count);

/** An engine over a scripted service and a virtual clock: hours of a run in milliseconds, each time the same. */
class engine_fixture
{
public:
    explicit engine_fixture(engine_options wanted = {});
    ~engine_fixture();

    /** Start a run over tasks of one job; their ids are all that matters. */
    void start(std::vector<std::string> const& task_ids);
    void start(std::vector<pair> pairs);
    void start(pair_source& pairs);

    /** As `start`, with something done before the event loop has had a turn. */
    void start_and(std::vector<std::string> const& task_ids, std::function<void()> before_any_turn);

    /** Run until only time could change anything. */
    void settle_down();

    /** Move time on, stopping at everything that happens on the way. */
    void advance(std::chrono::nanoseconds by);

    /** Move time on until the run has ended, a day at most. */
    void finish();

    bool has_ended() const noexcept
    {
        return ended_.has_value();
    }

    /** @pre has_ended() */
    boost::system::error_code error() const
    {
        return ended_.value().first;
    }

    /** @pre has_ended() */
    summary const& made() const
    {
        return ended_.value().second;
    }

    /** Where the run stands. */
    engine_progress made_so_far() const
    {
        return engine->progress();
    }

    /** The result of a task. Fails the test if there is not exactly one. */
    result const& result_of(std::string const& task_id) const;

    boost::asio::io_context context{1};
    virtual_clock time{context.get_executor()};
    scripted_transport service{context.get_executor(), time};
    std::unique_ptr<token_source> tokens = make_fixed_token("token-1");
    noted_journal journal{};
    result_list results{};
    std::vector<std::pair<engine_event::kind, std::string>> events{};
    engine_options options;
    std::unique_ptr<batch_cancel::engine> engine{};

    /** Cancels the run as an asynchronous operation. */
    boost::asio::cancellation_signal cancellation{};

private:
    void launch(pair_source& pairs);

    std::unique_ptr<pair_list> pairs_;
    std::optional<std::pair<boost::system::error_code, summary>> ended_;
};

}  // namespace batch_cancel::test
