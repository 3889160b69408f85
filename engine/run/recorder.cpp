#include "run/recorder.hpp"

#include <batch_cancel/errc.hpp>

#include <algorithm>
#include <exception>
#include <string>

namespace batch_cancel::run
{

boost::asio::awaitable<void> recorder::plan(std::span<pair const> block)
{
    if (log_ == nullptr)
        co_return;
    std::string fault;
    try
    {
        co_await log_->plan(block);
        co_return;
    }
    catch (std::exception const& failed)
    {
        fault = failed.what();
    }
    throw described_error(errc::journal_not_writable, std::move(fault));
}

void recorder::refuse(std::exception const& failed)
{
    throw described_error(errc::journal_not_writable, failed.what());
}

boost::asio::awaitable<void> recorder::commit()
{
    if (log_ == nullptr)
        co_return;
    auto const covered = notes_;
    std::string fault;
    try
    {
        co_await log_->commit();
        committed_ = std::max(committed_, covered);
        co_return;
    }
    catch (std::exception const& failed)
    {
        fault = failed.what();
    }
    throw described_error(errc::journal_not_writable, std::move(fault));
}

boost::asio::awaitable<void> recorder::confirm(result const& settled)
{
    totals_.count(settled);
    if (settled.attempts > settled.pair.earlier_attempts)
        latency_.add(settled.latency);
    return results_.put(settled);
}

}  // namespace batch_cancel::run
