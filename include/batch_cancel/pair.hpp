#pragma once

#include <string>
#include <vector>

namespace batch_cancel
{

/** One task to cancel: a migration job and one user of it.

    Ids are opaque: 1 to 256 bytes of UTF-8 without control characters. What breaks that rule is refused by the
    engine with a failed result, reason `bad_request`, and never sent. */
struct pair
{
    /** GUID or display name of the crossTenantMigrationJob. */
    std::string job_id{};

    /** Object id, in the target tenant, of the user whose task is to be cancelled. */
    std::string task_id{};

    /** Where the pair was read, for people: "pairs.csv:12". May be empty. */
    std::string source{};

    /** Values that travel with the pair into every record of it, in the order that the journal was told. */
    std::vector<std::string> carried{};

    /** An earlier attempt, by whomever, may have been carried out. Copied into the result, where it stays true. */
    bool ambiguous = false;

    /** Attempts made before this run took the pair; the result's count goes on from here. */
    unsigned earlier_attempts = 0;
};

}  // namespace batch_cancel
