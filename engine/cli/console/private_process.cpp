#include "cli/console/private_process.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace batch_cancel::cli
{

void make_process_private() noexcept
{
    rlimit const none{};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace batch_cancel::cli
