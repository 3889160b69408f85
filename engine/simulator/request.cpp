#include "simulator/request.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>

namespace batch_cancel::simulator
{

namespace asio = boost::asio;
namespace http = boost::beast::http;

void request::clear()
{
    method = http::verb::unknown;
    target.clear();
    host.clear();
    authorization.clear();
    user_agent.clear();
    client_request_id.clear();
    has_length = false;
    keep_alive = false;
}

request_reader::parser::parser(request& into)
    : into_(into)
{
    header_limit(request_reader::header_limit);
    body_limit(request_reader::body_limit);
    eager(true);
}

void request_reader::parser::on_request_impl(http::verb method, text, text target, int, error&)
{
    into_.method = method;
    into_.target.assign(target.data(), target.size());
}

void request_reader::parser::on_response_impl(int, text, int, error&) {}

void request_reader::parser::on_field_impl(http::field name, text name_text, text value, error&)
{
    if (name == http::field::authorization)
        into_.authorization.assign(value.data(), value.size());
    else if (name == http::field::user_agent)
        into_.user_agent.assign(value.data(), value.size());
    else if (name == http::field::host)
        into_.host.assign(value.data(), value.size());
    else if (name == http::field::unknown && boost::beast::iequals(name_text, "client-request-id"))
        into_.client_request_id.assign(value.data(), value.size());
}

void request_reader::parser::on_header_impl(error&)
{
    into_.has_length = chunked() || content_length().has_value();
    into_.keep_alive = keep_alive();
}

void request_reader::parser::on_body_init_impl(boost::optional<std::uint64_t> const&, error&) {}

std::size_t request_reader::parser::on_body_impl(text bytes, error&)
{
    return bytes.size();
}

void request_reader::parser::on_chunk_header_impl(std::uint64_t, text, error&) {}

std::size_t request_reader::parser::on_chunk_body_impl(std::uint64_t, text bytes, error&)
{
    return bytes.size();
}

void request_reader::parser::on_finish_impl(error&) {}

request_reader::progress request_reader::read(std::string_view bytes)
{
    if (!parser_ || parser_->is_done())
    {
        current_.clear();
        parser_.emplace(current_);
    }
    boost::beast::error_code ec;
    auto const taken = parser_->put(asio::const_buffer(bytes.data(), bytes.size()), ec);
    if (ec && ec != http::error::need_more)
        return {state::unreadable, taken};
    return {parser_->is_done() ? state::complete : state::incomplete, taken};
}

}  // namespace batch_cancel::simulator
