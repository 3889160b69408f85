#include "simulation/run/trace_hash.hpp"

#include <string_view>

namespace batch_cancel::simulation
{

namespace
{

// FNV-1a.
class trace_hash
{
public:
    void add(std::uint64_t value) noexcept
    {
        for (int shift = 0; shift != 64; shift += 8)
            mix(static_cast<unsigned char>(value >> shift));
    }

    void add(std::string_view text) noexcept
    {
        for (char const each : text)
            mix(static_cast<unsigned char>(each));
        add(text.size());
    }

    void add(time_point when) noexcept
    {
        add(static_cast<std::uint64_t>(when.time_since_epoch().count()));
    }

    std::uint64_t value() const noexcept
    {
        return hash_;
    }

private:
    void mix(unsigned char byte) noexcept
    {
        hash_ ^= byte;
        hash_ *= 1099511628211u;
    }

    std::uint64_t hash_{14695981039346656037u};
};

}  // namespace

std::uint64_t hash_of(simulated_run const& run)
{
    trace_hash hash;
    for (auto const& each : run.log)
    {
        hash.add(each.task);
        hash.add(each.connection);
        hash.add(each.client_request_id);
        hash.add(each.token);
        hash.add(each.status);
        hash.add(static_cast<std::uint64_t>(each.seen));
        hash.add(each.started);
        hash.add(each.answered);
    }
    for (auto const& each : run.book.results)
    {
        hash.add(each.pair.task_id);
        hash.add(static_cast<std::uint64_t>(each.outcome));
        hash.add(static_cast<std::uint64_t>(each.reason));
        hash.add(each.attempts);
        hash.add(std::uint64_t{each.ambiguous});
        hash.add(each.message);
    }
    for (auto const& each : run.book.left)
    {
        hash.add(each.task_id);
        hash.add(each.earlier_attempts);
        hash.add(std::uint64_t{each.ambiguous});
    }
    hash.add(run.book.ended);
    hash.add(static_cast<std::uint64_t>(run.book.error.value()));
    return hash.value();
}

}  // namespace batch_cancel::simulation
