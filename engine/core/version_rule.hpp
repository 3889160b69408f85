#pragma once

#include "core/verdict.hpp"

namespace batch_cancel::core
{

/** Stops a run whose API version, or whose root, the service does not know: then every pair would fail by no fault of its
    own. Once a cancel has been answered 202 or 409, the path is known, and such an answer is about its pair. */
class version_rule
{
public:
    /** Take in an answer.
        @return  True if the run is to stop, and the pair to be left without an outcome. */
    bool on_answer(answer_facts const& answer) noexcept
    {
        is_known_ = is_known_ || answer.status == 202 || answer.status == 409;
        return !is_known_ && names_unknown_path(answer);
    }

private:
    bool is_known_{false};
};

}  // namespace batch_cancel::core
