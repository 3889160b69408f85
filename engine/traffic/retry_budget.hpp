#pragma once

namespace batch_cancel::traffic
{

/** What a run may spend on sending pairs again because the service fails, so that many lanes do not become a storm. Every
    retry draws on it, every clear answer gives a little back; when it is empty the failure is no chance any more but an
    `outage`. Throttled pairs do not draw: their pace is the gate's. (The figures are those of the AWS SDKs' retry quota.) */
class retry_budget
{
public:
    static constexpr int capacity = 500;

    /** Why a pair is to be sent again, and what that costs. */
    enum class cost : int
    {
        none = 0,
        /** The answer did not come in time. */
        timeout = 10,
        /** Anything else that may pass. */
        failure = 14,
    };

    /** Draw for one retry.
        @return  False if there is too little left; then nothing is drawn. */
    bool draw(cost of) noexcept
    {
        if (left_ < static_cast<int>(of))
            return false;
        left_ -= static_cast<int>(of);
        return true;
    }

    /** Take in a clear answer.
        @param drawn  What was drawn for the retry that brought it; it is given back. */
    void on_clear_answer(cost drawn) noexcept
    {
        give(static_cast<int>(drawn) + 1);
    }

    /** An outage is over: enough for some retries, not for another storm. */
    void on_recovery() noexcept
    {
        constexpr int least = 100;
        if (left_ < least)
            left_ = least;
    }

    int left() const noexcept
    {
        return left_;
    }

private:
    void give(int amount) noexcept
    {
        left_ = left_ + amount > capacity ? capacity : left_ + amount;
    }

    int left_{capacity};
};

}  // namespace batch_cancel::traffic
