#pragma once

#include <batch_cancel/result.hpp>

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace batch_cancel
{

/** Where results go: the engine pushes each exactly once, in order of settling.

    @par Thread safety  Called on the run's strand. Several calls may be suspended at once, one for each request in
    flight; a sink that must not be entered twice keeps its own queue. */
class result_sink
{
public:
    virtual ~result_sink() = default;

    /** Take one result.

        The journal has it already. A sink that suspends slows the run: no more pairs are pulled for the lane that waits.

        @param settled  Valid until the returned coroutine ends.
        @par Errors  An exception stops the run, with the code of a system_error, else with errc::sink_failed. Its text is in the
                     summary's detail. What is in flight is finished, journaled and put. */
    virtual boost::asio::awaitable<void> put(result const& settled) = 0;
};

/** Results kept in memory, in order of settling. */
class result_list final : public result_sink
{
public:
    boost::asio::awaitable<void> put(result const& settled) override;

    std::vector<result> const& results() const noexcept
    {
        return results_;
    }

private:
    std::vector<result> results_;
};

}  // namespace batch_cancel
