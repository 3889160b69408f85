#pragma once

#include <batch_cancel/result.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <span>

namespace batch_cancel
{

/** The record that a run keeps of itself, written ahead: that a pair may be sent is on its way to disk before its first
    byte goes out, and a result before it counts. `journal_file` is the real one.

    `begin`, `admit`, `wait`, `settle`, `leave` and `pause` only take a note; `commit` makes what has been noted last. The
    engine commits once for all lanes that have something to note in one turn of the event loop, if that commit completes at
    once.

    @par Thread safety  Used on the run's strand. */
class journal
{
public:
    virtual ~journal() = default;

    /** Make it last, through a loss of power too, that these pairs may be sent from now on. Each is begun before it is sent;
        but what was noted of that last may be lost with the power, and then this tells that it may have been.

        Called for a block of pairs before any of them is begun. A journal that need not outlive its machine does nothing.

        @param block   Must live until completion.
        @par Errors    As commit. */
    virtual boost::asio::awaitable<void> plan(std::span<pair const> block) = 0;

    /** Note that a pair may be sent from the next commit on, for the first time since it was planned. Pairs are begun in the
        order in which they were planned, and none is left out but at the end. Of one that is not to be sent after all `wait`
        is noted before the next commit. */
    virtual void begin(pair const& begun) = 0;

    /** Note that a pair that waits may be sent again from the next commit on. */
    virtual void admit(pair const& admitted) = 0;

    /** Note that a pair is not sent, or not sent again, until it is admitted once more.
        @param so_far  Its `attempts` and `ambiguous` tell what has become of the attempts; status and reason are those of the
                       last one. */
    virtual void wait(result const& so_far) = 0;

    /** Note that the service has asked everyone to wait. */
    virtual void pause(std::chrono::system_clock::time_point until) = 0;

    /** Note the outcome of a pair. */
    virtual void settle(result const& settled) = 0;

    /** Note that a pair stays without outcome, since the run stops. It may have been begun or not; its `ambiguous` and
        `earlier_attempts` tell what has become of the attempts for it. */
    virtual void leave(pair const& left) = 0;

    /** Hand all that has been noted to the operating system.

        Several commits may be suspended at once, if they do not complete at once; one write may serve them all.

        @par Errors  An exception, here or from a note, says that notes may be lost. The run then ends with
                     errc::journal_not_writable and sends nothing more. */
    virtual boost::asio::awaitable<void> commit() = 0;
};

}  // namespace batch_cancel
