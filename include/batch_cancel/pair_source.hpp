#pragma once

#include <batch_cancel/pair.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace batch_cancel
{

/** Where pairs come from: a stream that the engine pulls.

    @par Thread safety  Asked on the run's strand, one call at a time. */
class pair_source
{
public:
    virtual ~pair_source() = default;

    /** Read at least one pair, or learn that there is none left.

        May suspend until a pair is there; the engine meanwhile goes on with those that it has. It asks for some pairs
        ahead of those it can send.

        @param into  Where to put pairs, from its front. The objects were used before: assign every member (their
                     strings keep their capacity, so that nothing is allocated in the steady state).
        @return      How many were put; 0 is the end, after which the source is not asked again.
        @par Cancellation  Terminal cancellation when the run stops. What was read is then not sent.
        @par Errors  An exception ends the run, after the pairs that were read before it: with the code of a system_error, else
                     with errc::source_failed. Its text is in the summary's detail. */
    virtual boost::asio::awaitable<std::size_t> read_some(std::span<pair> into) = 0;
};

/** Pairs held in memory. Owns them. */
class pair_list final : public pair_source
{
public:
    explicit pair_list(std::vector<pair> pairs) noexcept;

    boost::asio::awaitable<std::size_t> read_some(std::span<pair> into) override;

private:
    std::vector<pair> pairs_;
    std::size_t next_{0};
};

}  // namespace batch_cancel
