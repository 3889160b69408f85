#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace batch_cancel::simulator
{

/** Remembers which clients were told to wait, and so tells a client that comes too early from one that was told nothing.

    A client is known by its token, its User-Agent and its address together: whatever number of connections it opens. */
class client_holds
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    /** How long requests of a client may still be under way after one of its connections was told to wait. */
    static constexpr auto grace = std::chrono::milliseconds{250};

    /** Take in that a client was told to wait. */
    void hold(std::string_view token, std::string_view user_agent, std::string_view address, time_point now,
              time_point until)
    {
        if (held_.size() >= clients_before_cleaning)
            std::erase_if(held_, [now](auto const& each) { return each.second.until <= now; });
        latest_ = std::max(latest_, until);
        auto& held = held_[name(token, user_agent, address)];
        if (now >= held.until)
            held.since = now;
        held.until = std::max(held.until, until);
    }

    /** Tell whether a client should know by now that it is to wait. */
    bool should_wait(std::string_view token, std::string_view user_agent, std::string_view address, time_point now)
    {
        if (now >= latest_)  // nearly always
            return false;
        auto const found = held_.find(name(token, user_agent, address));
        return found != held_.end() && now < found->second.until && now >= found->second.since + grace;
    }

private:
    static constexpr std::size_t clients_before_cleaning = 1024;

    struct span
    {
        time_point since{};  // when the Retry-After in force was first given
        time_point until{};
    };

    std::string const& name(std::string_view token, std::string_view user_agent, std::string_view address)
    {
        name_.assign(token).append(1, '\n').append(user_agent).append(1, '\n').append(address);
        return name_;
    }

    std::unordered_map<std::string, span> held_;
    time_point latest_{};
    std::string name_;  // keeps its capacity
};

}  // namespace batch_cancel::simulator
