#pragma once

namespace batch_cancel::cli
{

/** Keep the memory of this process, which will hold a token, to itself: no core dump has it, and no other process of the same
    user can read it. (Of root nothing can be kept.) Call this before anything else. */
void make_process_private() noexcept;

}  // namespace batch_cancel::cli
