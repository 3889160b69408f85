#include "simulator/service.hpp"

#include <algorithm>
#include <array>

namespace batch_cancel::simulator
{

namespace
{

// Purposes of draws about one attempt.
constexpr std::uint64_t fault_draw = 0x100;
constexpr std::uint64_t latency_draw = 0x101;
constexpr std::uint64_t detail_draw = 0x102;

constexpr std::array<std::string_view, 5> nonsense{
    "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
    "HTTP/1.1 2O2 Accepted\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 202 Accepted\r\nContent-Length: -5\r\n\r\n",
    "{\"status\":\"Accepted\"}\r\n\r\n",
    std::string_view("\x16\x03\x00\x00\xff\x80\x00\r\n\r\n", 11),
};

}  // namespace

service::luck service::draw_luck(std::uint64_t key) const
{
    luck drawn{.key = draw(key, options_.seed)};
    auto chance = unit(draw(drawn.key, fault_draw));
    for (auto const& each : options_.faults)
    {
        if (chance < each.share)
        {
            drawn.met = each.kind;
            break;
        }
        chance -= each.share;
    }
    return drawn;
}

bool service::carries_out(luck const& drawn)
{
    if (!drawn.met)
        return true;
    switch (*drawn.met)
    {
    case fault_kind::reset_after:
    case fault_kind::truncate:
    case fault_kind::close:
        return true;
    case fault_kind::reset_before:
    case fault_kind::status_503:
        return false;
    case fault_kind::stall:
    case fault_kind::garbage:
    case fault_kind::status_500:
    case fault_kind::status_504:
        break;
    }
    return draw(drawn.key, detail_draw) % 2 == 0;
}

void service::hold_back(exchange& x, luck const& drawn) const
{
    auto const [min, max] = options_.latency;
    x.out.delay = min;
    if (min == max)
        return;
    auto const spread = static_cast<std::uint64_t>((max - min).count());
    x.out.delay += options::duration(static_cast<options::duration::rep>(draw(drawn.key, latency_draw) % (spread + 1)));
}

void service::spoil(exchange& x, luck const& drawn)
{
    if (!drawn.met)
        return;
    ++counts_.faults;
    x.met = drawn.met;
    auto const detail = draw(drawn.key, detail_draw) / 2;
    auto& bytes = x.out.bytes;
    if (*drawn.met == fault_kind::close)
    {
        x.out.then = afterwards::close;
        return;
    }
    if (*drawn.met == fault_kind::truncate)
    {
        bytes.resize(detail % bytes.size());
        constexpr std::string_view head_end = "\r\n\r\n";
        if (std::search(bytes.begin(), bytes.end(), head_end.begin(), head_end.end()) == bytes.end())
            x.status = 0;
        x.out.then = afterwards::close_rudely;
        return;
    }
    bytes.clear();
    x.status = 0;
    switch (*drawn.met)
    {
    case fault_kind::stall:
        x.out.then = afterwards::stall;
        break;
    case fault_kind::garbage:
        bytes = nonsense[detail % nonsense.size()];
        x.out.then = afterwards::close;
        break;
    case fault_kind::status_500:
        send_error(x, 500, "InternalServerError", "An internal server error occurred.");
        break;
    case fault_kind::status_503:
        send_error(x, 503, "ServiceUnavailable", "The service is temporarily unavailable.");
        break;
    case fault_kind::status_504:
        send_error(x, 504, "UnknownError", "The gateway timed out.");
        break;
    default:
        x.out.then = afterwards::reset;
    }
}

}  // namespace batch_cancel::simulator
