#pragma once

#include "cli/render/journal_report.hpp"

#include <string>

namespace batch_cancel::cli
{

/** Tell why journals must not be merged: an outcome at one service, API version or tenant says nothing about another, and the
    simulator's nothing about any.
    @return  For people, with the two journals, what differs and the remedy; empty if they can be merged. */
std::string merge_obstacle(report_facts const& facts);

}  // namespace batch_cancel::cli
