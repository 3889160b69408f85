#pragma once

#include "wire/response_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/optional.hpp>

#include <cstdint>
#include <string>

namespace batch_cancel::wire
{

/** Beast's parser with the fields that matter put where `response_reader` keeps them, and nothing else stored: no map of
    fields, so no allocation, and none of the exceptions that storing a long value can throw. */
class response_reader::parser final : public boost::beast::http::basic_parser<false>
{
public:
    parser(response_head& head, std::string& body, body_budget::share& room, std::size_t body_bound);

    /** A fault of the framing that Beast lets pass; null if there is none. */
    char const* framing_fault() const noexcept;

    /** Fields came after the last chunk. */
    bool has_trailer() const noexcept
    {
        return has_trailer_;
    }

    bool body_is_too_long() const noexcept
    {
        return body_is_too_long_;
    }

    /** A final response, as opposed to an interim one; 101 ends HTTP on the connection, so it is final. */
    bool is_final() const noexcept
    {
        return head_.status >= 200 || head_.status == 101;
    }

private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;

    void on_request_impl(boost::beast::http::verb, string_view, string_view, int, error_code&) override;
    void on_response_impl(int status, string_view reason, int version, error_code&) override;
    void on_field_impl(boost::beast::http::field name, string_view name_text, string_view value, error_code&) override;
    void on_header_impl(error_code&) override;
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override;
    std::size_t on_body_impl(string_view bytes, error_code&) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override;
    std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override;
    void on_finish_impl(error_code&) override;

    void keep(string_view bytes);
    bool make_room_for(std::size_t size);

    response_head& head_;
    std::string& body_;
    body_budget::share& room_;
    std::size_t body_bound_;
    std::size_t body_bytes_{0};
    int version_{0};
    unsigned lengths_{0};
    unsigned codings_{0};
    bool coding_is_chunked_{false};
    bool has_trailer_{false};
    bool body_is_too_long_{false};
    bool keeps_body_{true};
};

}  // namespace batch_cancel::wire
