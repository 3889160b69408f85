#pragma once

#include "support/engine_fixture.hpp"

#include <set>
#include <string>
#include <vector>

namespace batch_cancel::test
{

/** For what takes minutes: the engine over a service in memory and a virtual clock, with true books of what that service has
    carried out. */
class virtual_run : public engine_fixture
{
public:
    explicit virtual_run(engine_options wanted = {});

    /** Have `decide` answer every request, and note whether the cancel was carried out. */
    struct decision
    {
        reply answer{};
        bool applied = false;
    };
    void serve(std::function<decision(seen_request const&)> decide);

    /** A second cancel of what was carried out is a conflict; else the cancel is taken. */
    decision take(seen_request const& request) const;

    /** Finish the run, and hold what the engine says against what the service knows. */
    void finish_and_check(std::vector<std::string> const& tasks);

    /** Seconds since the run was made. */
    double seconds() const;

    bool was_applied(std::string const& task) const
    {
        return applied_.contains(task);
    }

private:
    clock::time_point began_;
    std::set<std::string> applied_;
};

}  // namespace batch_cancel::test
