#pragma once

#include "net/alarm.hpp"

#include <batch_cancel/clock.hpp>
#include <batch_cancel/transport.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/intrusive/list.hpp>

#include <functional>

namespace batch_cancel::net
{

/** Time limits of equal length on connections: whatever is still on the list when its time is up has its connection
    closed, which ends the read or write under way.

    Since all limits are equally long, the one that ends first stands first, and setting or lifting one is a matter of two
    pointers. Used on one strand. */
class deadline_list
{
public:
    /** One limit. Lives with whoever waits; leaves the list when destroyed. */
    class entry : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>
    {
    public:
        bool has_expired() const noexcept
        {
            return expired_;
        }

    private:
        friend class deadline_list;

        connection* limited_{nullptr};
        clock::time_point ends_{};
        bool expired_{false};
    };

    deadline_list(boost::asio::any_io_executor strand, clock& time, clock::duration length);

    void start(std::function<void()> on_end)
    {
        alarm_.start(std::move(on_end));
    }

    void stop()
    {
        alarm_.stop();
    }

    /** Limit what is about to happen on `limited`, from now on.
        @pre `set` is on no list. */
    void arm(entry& set, connection& limited, clock::time_point now);

    /** Lift a limit. */
    static void disarm(entry& set)
    {
        set.unlink();
    }

private:
    void expire();

    clock& time_;
    clock::duration length_;
    boost::intrusive::list<entry, boost::intrusive::constant_time_size<false>> armed_;
    alarm alarm_;
};

}  // namespace batch_cancel::net
