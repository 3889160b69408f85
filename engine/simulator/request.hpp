#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace batch_cancel::simulator
{

/** What the simulator looks at in a request. Its strings keep their capacity from one request to the next. */
struct request
{
    boost::beast::http::verb method{};
    std::string target{};
    std::string host{};
    std::string authorization{};
    std::string user_agent{};
    std::string client_request_id{};
    /** Length or chunks were announced. */
    bool has_length = false;
    bool keep_alive = false;

    void clear();
};

/** Reads one request after the other from a stream of bytes. */
class request_reader
{
public:
    enum class state
    {
        /** More bytes are needed, behind those that were not taken. */
        incomplete,
        complete,
        /** This is no request, or too large a one. Nothing can be read after it. */
        unreadable,
    };

    struct progress
    {
        state reached = state::incomplete;
        /** Bytes of the input that are done with. */
        std::size_t taken = 0;
    };

    /** Longest header and longest body. */
    static constexpr std::uint32_t header_limit = 16 * 1024;
    static constexpr std::uint64_t body_limit = 1024 * 1024;

    /** Go on with the request under way, or begin one after a complete one. */
    progress read(std::string_view bytes);

    /** The request that was read. */
    request const& current() const noexcept
    {
        return current_;
    }

private:
    // Declared here since it is held by value: a new one for each request must cost no allocation.
    class parser final : public boost::beast::http::basic_parser<true>
    {
    public:
        explicit parser(request& into);

    private:
        using text = boost::beast::string_view;
        using error = boost::beast::error_code;

        void on_request_impl(boost::beast::http::verb method, text name, text target, int version, error& ec) override;
        void on_response_impl(int status, text reason, int version, error& ec) override;
        void on_field_impl(boost::beast::http::field name, text name_text, text value, error& ec) override;
        void on_header_impl(error& ec) override;
        void on_body_init_impl(boost::optional<std::uint64_t> const& length, error& ec) override;
        std::size_t on_body_impl(text bytes, error& ec) override;
        void on_chunk_header_impl(std::uint64_t size, text extensions, error& ec) override;
        std::size_t on_chunk_body_impl(std::uint64_t remain, text bytes, error& ec) override;
        void on_finish_impl(error& ec) override;

        request& into_;
    };

    request current_{};
    std::optional<parser> parser_{};
};

}  // namespace batch_cancel::simulator
