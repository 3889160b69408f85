#include "wire/response_parser.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <bit>

namespace batch_cancel::wire
{

namespace http = boost::beast::http;
using boost::beast::iequals;

namespace
{

constexpr std::size_t most_retry_after_fields = 4;

// Longer values mean nothing to us, and each connection would hold them.
constexpr std::size_t longest_kept_field = 1024;

// Each connection may hold as much of a body without asking for room; a usual answer is far below it.
constexpr std::size_t free_body_capacity = 16 * 1024;

std::string_view unless_too_long(std::string_view value) noexcept
{
    return value.size() > longest_kept_field ? std::string_view() : value;
}

std::string_view to_std(boost::beast::string_view text) noexcept
{
    return {text.data(), text.size()};
}

}  // namespace

response_reader::parser::parser(response_head& head, std::string& body, body_budget::share& room,
                                std::size_t body_bound)
    : head_(head)
    , body_(body)
    , room_(room)
    , body_bound_(body_bound)
{
    header_limit(64 * 1024);  // the reader counts for itself, over all reads
    body_limit(boost::none);  // a body that is too long must not spoil a clean header
    head_.status = 0;
    head_.request_id.clear();
    head_.retry_after.clear();
    head_.date.clear();
    head_.insufficient_claims = false;
}

char const* response_reader::parser::framing_fault() const noexcept
{
    // RFC 9112 section 6.1 and 6.3: each of these is a way to smuggle a second response past the reader.
    if (lengths_ > 1)
        return "more than one Content-Length";
    if (codings_ > 1)
        return "more than one Transfer-Encoding";
    if (codings_ == 1 && !coding_is_chunked_)
        return "a Transfer-Encoding other than chunked";
    if (codings_ == 1 && lengths_ > 0)
        return "both Transfer-Encoding and Content-Length";
    if (codings_ == 1 && version_ < 11)
        return "a Transfer-Encoding in HTTP/1.0";
    if (head_.status < 100 || head_.status > 599)
        return "a status that is none";
    return nullptr;
}

void response_reader::parser::on_request_impl(http::verb, string_view, string_view, int, error_code&) {}

void response_reader::parser::on_response_impl(int status, string_view, int version, error_code&)
{
    head_.status = static_cast<unsigned>(status);
    version_ = version;
}

void response_reader::parser::on_field_impl(http::field name, string_view name_text, string_view value, error_code&)
{
    if (is_header_done())
    {
        has_trailer_ = true;
        return;
    }
    switch (name)
    {
    case http::field::content_length:
        lengths_ += 1 + static_cast<unsigned>(std::count(value.begin(), value.end(), ','));
        break;
    case http::field::transfer_encoding:
        ++codings_;
        coding_is_chunked_ = iequals(value, "chunked");
        break;
    case http::field::retry_after:
        if (head_.retry_after.size() < most_retry_after_fields)
            head_.retry_after.emplace_back(unless_too_long(to_std(value)));
        break;
    case http::field::date:
        head_.date.assign(unless_too_long(to_std(value)));
        break;
    case http::field::www_authenticate:
        if (to_std(value).find("insufficient_claims") != std::string_view::npos)
            head_.insufficient_claims = true;
        break;
    case http::field::unknown:
        if (iequals(name_text, "request-id"))
            head_.request_id.assign(to_std(value).substr(0, longest_kept_field));
        break;
    default:
        break;
    }
}

void response_reader::parser::on_header_impl(error_code&) {}

void response_reader::parser::on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) {}

std::size_t response_reader::parser::on_body_impl(string_view bytes, error_code&)
{
    auto const within_bound = std::min(body_bound_ - body_bytes_, bytes.size());
    body_is_too_long_ = body_is_too_long_ || bytes.size() > within_bound;
    body_bytes_ += within_bound;
    if (keeps_body_)
        keep(bytes.substr(0, within_bound));
    return bytes.size();
}

void response_reader::parser::keep(string_view bytes)
{
    auto const size = body_.size() + bytes.size();
    if (size <= body_.capacity() || make_room_for(size))
    {
        body_.append(bytes.data(), bytes.size());
        return;
    }
    keeps_body_ = false;
    body_.clear();
    body_.shrink_to_fit();
    room_.release();
}

// By powers of two, so that no body comes to hold more than its bound.
bool response_reader::parser::make_room_for(std::size_t size)
{
    auto const capacity = std::bit_ceil(size);
    if (capacity > free_body_capacity && !room_.grow_to(capacity))
        return false;
    body_.reserve(capacity);
    return true;
}

void response_reader::parser::on_chunk_header_impl(std::uint64_t, string_view, error_code&) {}

std::size_t response_reader::parser::on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& ec)
{
    return on_body_impl(bytes, ec);
}

void response_reader::parser::on_finish_impl(error_code&) {}

}  // namespace batch_cancel::wire
