#pragma once

#include "judge.hpp"
#include "scenario.hpp"
#include "tally.hpp"

#include <map>
#include <string>

namespace batch_cancel::simulation
{

/** Judgements by kind; pure limiters and other services apart. */
class verdict_book
{
public:
    void add(scenario const& of, judgement const& how);

    void print() const;

    /** Tell whether every promise was kept, and print those that were not. */
    bool keeps_promises() const;

private:
    bool keeps_on_under_refusals() const;

    std::map<std::string, tally> limiters_{};
    std::map<std::string, tally> services_{};
    tally all_limiters_{};
    tally all_services_{};
};

}  // namespace batch_cancel::simulation
