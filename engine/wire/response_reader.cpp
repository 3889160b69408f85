#include "wire/response_reader.hpp"

#include "wire/response_parser.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <string_view>

namespace batch_cancel::wire
{

namespace http = boost::beast::http;
namespace asio = boost::asio;

namespace
{

constexpr std::size_t first_buffer_size = 4 * 1024;  // a usual answer is below 1 KiB

// A parser of Boost 1.81 asserts that there are five bytes when it is given a last chunk again (mended by
// https://github.com/boostorg/beast/pull/2861). "0\r\n" and one byte are four; what they miss of an end comes with the next.
bool upsets_parser(std::string_view of_chunk_header) noexcept
{
    return of_chunk_header.size() == 4 && of_chunk_header.starts_with("0\r\n");
}

}  // namespace

response_reader::response_reader(response_bounds bounds, body_budget* bodies)
    : bounds_(bounds)
    , share_(bodies)
{
    restart();
}

response_reader::~response_reader() = default;

void response_reader::restart()
{
    from_ = to_ = 0;
    wire_bytes_ = 0;
    interim_ = 0;
    finished_ = false;
    wants_more_of_chunk_header_ = false;
    fault_.clear();
    body_state_ = batch_cancel::wire::body_state::complete;
    body_.clear();
    release_body();
    begin_next_message();
}

void response_reader::begin_next_message()
{
    header_bytes_ = 0;
    if (!parser_)
        parser_ = std::make_unique<parser>(head_, body_, share_, bounds_.body);
    else
    {
        // A parser reads one message; the next one is made in its place.
        std::destroy_at(parser_.get());
        std::construct_at(parser_.get(), head_, body_, share_, bounds_.body);
    }
}

void response_reader::free_body()
{
    body_.clear();
    body_.shrink_to_fit();
    share_.release();
}

bool response_reader::has_head() const noexcept
{
    return parser_->is_header_done() && parser_->is_final() && fault_.empty();
}

asio::mutable_buffer response_reader::space()
{
    make_room();
    return asio::buffer(buffer_.data() + to_, buffer_.size() - to_);
}

// What stays unparsed is at most a line, so the buffer grows to the header's bound and no further.
void response_reader::make_room()
{
    if (from_ > 0)
    {
        std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(from_),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(to_), buffer_.begin());
        to_ -= from_;
        from_ = 0;
    }
    if (to_ == buffer_.size())
        buffer_.resize(std::max(first_buffer_size, buffer_.size() * 2));
}

response_reader::progress response_reader::received(std::size_t bytes)
{
    to_ += bytes;
    wire_bytes_ += bytes;
    return parse();
}

bool response_reader::over_bounds() const noexcept
{
    return wire_bytes_ - (to_ - from_) > bounds_.header + bounds_.body + bounds_.overhead;
}

response_reader::progress response_reader::parse()
{
    while (from_ < to_)
    {
        bool const in_header = !parser_->is_header_done();
        if (wants_more_of_chunk_header_ && upsets_parser({buffer_.data() + from_, to_ - from_}))
            return progress::more;
        boost::beast::error_code ec;
        auto const used = parser_->put(asio::buffer(buffer_.data() + from_, to_ - from_), ec);
        from_ += used;
        wants_more_of_chunk_header_ = ec == http::error::need_more && !in_header;
        if (in_header)
        {
            header_bytes_ += used;
            // Bytes of a line that is not over yet count as well, or one endless line would never be too long.
            auto const pending = parser_->is_header_done() ? 0 : to_ - from_;
            if (header_bytes_ + pending > bounds_.header)
                return fail("a header of more than " + std::to_string(bounds_.header / 1024) + " KiB");
        }
        if (ec == http::error::need_more)
        {
            bool const line_too_long = !in_header && to_ - from_ > bounds_.overhead;
            if (!line_too_long && !over_bounds())
                return progress::more;
            return fail("chunk framing without end");
        }
        if (ec)
            return fail(ec.message());
        if (in_header && parser_->is_header_done())
        {
            if (auto const* fault = parser_->framing_fault())
                return fail(fault);
        }
        if (parser_->body_is_too_long() || over_bounds())
        {
            body_state_ = batch_cancel::wire::body_state::too_long;
            return progress::complete;
        }
        if (!parser_->is_done())
            continue;
        if (parser_->is_final())
        {
            finished_ = true;
            return progress::complete;
        }
        if (++interim_ > bounds_.interim)
            return fail("interim responses without end");
        begin_next_message();
    }
    return progress::more;
}

// The header decides whether there is an answer: a fault after it is one of the body alone.
response_reader::progress response_reader::fail(std::string_view why)
{
    bool const has_clean_header = parser_->is_header_done() && parser_->is_final() &&
                                  parser_->framing_fault() == nullptr && header_bytes_ <= bounds_.header;
    if (has_clean_header)
    {
        body_state_ = batch_cancel::wire::body_state::broken;
        return progress::complete;
    }
    fault_.assign(why);
    return progress::unusable;
}

response_reader::progress response_reader::ended()
{
    if (wire_bytes_ == 0)
        return fail("the end of the stream instead of an answer");
    if (!has_head())
        return fail("the end of the stream inside the header");
    if (finished_)
        return progress::complete;
    body_state_ = parser_->need_eof() ? batch_cancel::wire::body_state::complete : batch_cancel::wire::body_state::cut;
    return progress::complete;
}

bool response_reader::can_reuse() const noexcept
{
    return finished_ && from_ == to_ && body_state_ == batch_cancel::wire::body_state::complete &&
           head_.status != 101 && parser_->keep_alive() && !parser_->has_trailer();
}

}  // namespace batch_cancel::wire
