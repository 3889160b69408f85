#pragma once

#include <batch_cancel/journal.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <span>

namespace batch_cancel::cli
{

/** Stands between the engine and the journal, if there is one, and counts pairs that are left over although they may have
    been cancelled. */
class journal_tally final : public journal
{
public:
    /** @param kept  Null keeps nothing. Must outlive this object. */
    explicit journal_tally(journal* kept) noexcept
        : kept_(kept)
    {
    }

    boost::asio::awaitable<void> plan(std::span<pair const> block) override
    {
        return kept_ != nullptr ? kept_->plan(block) : nothing();
    }

    void begin(pair const& begun) override
    {
        if (kept_ != nullptr)
            kept_->begin(begun);
    }

    void admit(pair const& admitted) override
    {
        if (kept_ != nullptr)
            kept_->admit(admitted);
    }

    void wait(result const& so_far) override
    {
        if (kept_ != nullptr)
            kept_->wait(so_far);
    }

    void pause(std::chrono::system_clock::time_point until) override
    {
        if (kept_ != nullptr)
            kept_->pause(until);
    }

    void settle(result const& settled) override
    {
        if (kept_ != nullptr)
            kept_->settle(settled);
    }

    void leave(pair const& left) override
    {
        left_ambiguous_ += left.ambiguous ? 1U : 0U;
        if (kept_ != nullptr)
            kept_->leave(left);
    }

    boost::asio::awaitable<void> commit() override
    {
        return kept_ != nullptr ? kept_->commit() : nothing();
    }

    std::uint64_t left_ambiguous() const noexcept
    {
        return left_ambiguous_;
    }

private:
    static boost::asio::awaitable<void> nothing()
    {
        co_return;
    }

    journal* kept_;
    std::uint64_t left_ambiguous_{0};
};

}  // namespace batch_cancel::cli
