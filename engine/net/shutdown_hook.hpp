#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/intrusive/list_hook.hpp>

#include <functional>

namespace batch_cancel::net
{

class shutdown_hooks;

/** Calls a function when an execution context is destroyed, while its services are still there.

    Asio destroys the handlers that its own services keep. Handlers that we keep ourselves would otherwise outlive the context,
    and often keep themselves alive for good.

    @par Thread safety  Distinct hooks: safe. */
class shutdown_hook : public boost::intrusive::list_base_hook<>
{
public:
    /** @param executor     Of the context. Must not be empty.
        @param on_shutdown  Called once at most. May destroy this hook, and others. */
    shutdown_hook(boost::asio::any_io_executor const& executor, std::function<void()> on_shutdown);

    shutdown_hook(shutdown_hook const&) = delete;
    shutdown_hook& operator=(shutdown_hook const&) = delete;

    /** Nothing is called any more. May come after the end of the context. */
    ~shutdown_hook();

private:
    friend class shutdown_hooks;

    std::function<void()> on_shutdown_;
    shutdown_hooks* hooks_;  // null once the context has been shut down
};

}  // namespace batch_cancel::net
