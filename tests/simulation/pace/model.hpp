#pragma once

#include "limiter.hpp"
#include "traffic/backoff.hpp"
#include "traffic/gate.hpp"
#include "traffic/pace.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace batch_cancel::simulation
{

/** How the client keeps to the limit. */
enum class client_kind : std::uint8_t
{
    paced,        // the engine's own pace
    gate_alone,   // all lanes at once whenever the gate is open
    lanes_alone,  // each lane sleeps on its own Retry-After
};

struct scenario
{
    limiter_options limit{};
    double latency_s = 0.12;  // median
    double sigma = 0.3;       // of the latency's logarithm
    double serial_s = 0;      // time of the service's one core that each request takes, one after another; 0: none
    unsigned lanes = 64;
    double length_s = 330;
    std::uint64_t requests = 0;  // the run ends when so many have been admitted; 0: at length_s
    client_kind client = client_kind::paced;
    std::uint64_t seed = 1;
    bool verbose = false;
};

/** What came of a run. */
struct outcome
{
    std::vector<std::uint32_t> admitted;  // by second of the answer
    std::vector<std::uint32_t> refused;
    double ended_s = 0;
    unsigned early_starts = 0;  // before a Retry-After had passed
    unsigned most_in_flight = 0;
    std::uint64_t trace = 0;  // hash of all that happened

    double admitted_between(double from, double to) const;
    double refused_between(double from, double to) const;
};

/** Run a scenario in virtual time. The same scenario gives the same outcome. */
outcome run(scenario const&);

}  // namespace batch_cancel::simulation
