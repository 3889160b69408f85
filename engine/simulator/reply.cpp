#include "simulator/reply.hpp"

#include <boost/beast/http/status.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace batch_cancel::simulator
{

namespace
{

void append_number(std::string& out, std::uint64_t number)
{
    std::array<char, 24> digits;
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

std::string_view reason_phrase(unsigned status)
{
    auto const phrase = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    return {phrase.data(), phrase.size()};
}

constexpr std::string_view constant_lines =
    "Strict-Transport-Security: max-age=31536000\r\n"
    "x-ms-ags-diagnostic: {\"ServerInfo\":{\"DataCenter\":\"Loopback\",\"Slice\":\"E\",\"Ring\":\"0\","
    "\"ScaleUnit\":\"000\",\"RoleInstance\":\"SIMULATOR\"}}\r\n";

}  // namespace

void date_text::update()
{
    auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (now == shown_ && !http_.empty()) [[likely]]
        return;
    shown_ = now;
    auto const day = std::chrono::floor<std::chrono::days>(now);
    std::chrono::year_month_day const date(day);
    std::chrono::hh_mm_ss const time(now - day);
    static constexpr std::array<char const*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<char const*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto const month = static_cast<unsigned>(date.month());
    auto const year = static_cast<int>(date.year());
    auto const day_of_month = static_cast<unsigned>(date.day());
    auto const hour = static_cast<int>(time.hours().count());
    auto const minute = static_cast<int>(time.minutes().count());
    auto const second = static_cast<int>(time.seconds().count());
    std::array<char, 64> text;
    // Not strftime: its names would follow the program's locale (RFC 9110 section 5.6.7 has English ones).
    auto length = std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                                days[std::chrono::weekday(day).c_encoding()], day_of_month, months[month - 1], year,
                                hour, minute, second);
    http_.assign(text.data(), static_cast<std::size_t>(length));
    length = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", year, month, day_of_month, hour,
                           minute, second);
    iso_.assign(text.data(), static_cast<std::size_t>(length));
}

void append_reply(std::string& out, reply_head const& head, exchange_ids const& ids, date_text const& date,
                  std::string_view body)
{
    out += "HTTP/1.1 ";
    append_number(out, head.status);
    out += ' ';
    out += reason_phrase(head.status);
    out += "\r\nDate: ";
    out += date.http();
    if (!body.empty())
    {
        out += "\r\nContent-Type: ";
        out += head.content_type;
    }
    out += "\r\nContent-Length: ";
    append_number(out, body.size());
    out += "\r\nrequest-id: ";
    out += ids.request_id;
    out += "\r\nclient-request-id: ";
    out += ids.client_request_id;
    out += "\r\n";
    if (head.retry_after.count() > 0)
    {
        out += "Retry-After: ";
        append_number(out, static_cast<std::uint64_t>(head.retry_after.count()));
        out += "\r\n";
    }
    if (head.says_close)
        out += "Connection: close\r\n";
    out += head.more;
    out += constant_lines;
    out += "\r\n";
    out += body;
}

}  // namespace batch_cancel::simulator
