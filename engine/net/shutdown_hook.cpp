#include "net/shutdown_hook.hpp"

#include <boost/asio/execution/context_as.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/intrusive/list.hpp>

#include <mutex>
#include <utility>

namespace batch_cancel::net
{

namespace asio = boost::asio;

/** All hooks of one context: a service of it, since services are what a context tells of its end. */
class shutdown_hooks final : public asio::execution_context::service
{
public:
    static inline asio::execution_context::id id;

    explicit shutdown_hooks(asio::execution_context& owner)
        : service(owner)
    {
    }

    void add(shutdown_hook& added)
    {
        std::lock_guard const guard(mutex_);
        hooks_.push_back(added);
    }

    void remove(shutdown_hook& removed)
    {
        std::lock_guard const guard(mutex_);
        hooks_.erase(hooks_.iterator_to(removed));
    }

private:
    void shutdown() override
    {
        while (auto const call = take_one())
            call();
    }

    // Unlinked before it is called, since the call may destroy it.
    std::function<void()> take_one()
    {
        std::lock_guard const guard(mutex_);
        if (hooks_.empty())
            return {};
        auto& first = hooks_.front();
        hooks_.pop_front();
        first.hooks_ = nullptr;
        return std::move(first.on_shutdown_);
    }

    std::mutex mutex_;
    boost::intrusive::list<shutdown_hook> hooks_;
};

shutdown_hook::shutdown_hook(asio::any_io_executor const& executor, std::function<void()> on_shutdown)
    : on_shutdown_(std::move(on_shutdown))
    , hooks_(&asio::use_service<shutdown_hooks>(
          asio::query(executor, asio::execution::context_as<asio::execution_context&>)))
{
    hooks_->add(*this);
}

shutdown_hook::~shutdown_hook()
{
    if (hooks_ != nullptr)
        hooks_->remove(*this);
}

}  // namespace batch_cancel::net
