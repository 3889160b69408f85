#pragma once

#include <batch_cancel/result.hpp>
#include <batch_cancel/transport.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace batch_cancel::core
{

/** Remembers the last responses of a run, for whoever asks what stopped it. */
class last_responses
{
public:
    /** @param status  0 if there was no readable response.
        @param why     Says then what there was instead. */
    void add(unsigned status, reason why) noexcept
    {
        add({.status = static_cast<std::uint16_t>(status), .why = status == 0 ? why : reason::none});
    }

    /** There was no connection to send a request over. */
    void add(connect_step failed) noexcept
    {
        add({.failed = failed, .was_sent = false});
    }

    /** Count them by status, the most frequent first: "HTTP 500: 37 of 39, no response (timeout): 2 of 39". Empty if there
        was none. */
    std::string text() const;

    /** Count those that throttled, failed, or did not come: "HTTP 500: 22 of 100 responses, HTTP 429: 3". Empty if there is
        none of them. */
    std::string troubles() const;

private:
    struct response
    {
        std::uint16_t status = 0;
        reason why = reason::none;
        connect_step failed{};
        bool was_sent = true;

        auto operator<=>(response const&) const = default;
    };
    using counted = std::vector<std::pair<response, std::size_t>>;

    void add(response seen) noexcept
    {
        ring_[next_] = seen;
        next_ = next_ + 1 == ring_.size() ? 0 : next_ + 1;
        count_ += count_ != ring_.size() ? 1 : 0;
    }

    counted by_frequency() const;
    static bool is_trouble(response seen) noexcept;
    static std::string name_of(response seen);

    std::array<response, 100> ring_{};
    std::size_t next_{0};
    std::size_t count_{0};
};

}  // namespace batch_cancel::core
