#pragma once

#include "cli/commands/way_on.hpp"
#include "cli/console/console.hpp"

#include <batch_cancel/result_sink.hpp>

#include <boost/asio/awaitable.hpp>

#include <string>
#include <utility>

namespace batch_cancel::cli
{

/** Watches the first results: if the service knows none of these pairs, it may rather not know the path that is asked for. */
class version_hint final : public result_sink
{
public:
    /** So many in a row from the first on are no chance. */
    static constexpr unsigned enough = 20;

    /** @param out  Must outlive this object. */
    version_hint(console& out, std::string api_version)
        : out_(out)
        , api_version_(std::move(api_version))
    {
    }

    boost::asio::awaitable<void> put(result const& settled) override
    {
        if (!is_over_)
            look_at(settled);
        co_return;
    }

private:
    void look_at(result const& settled)
    {
        bool const is_unknown = settled.status == 404 || settled.status == 405;
        seen_ += is_unknown ? 1U : 0U;
        is_over_ = !is_unknown || seen_ == enough;
        if (seen_ != enough)
            return;
        std::string const other{other_version(api_version_)};
        out_.warning(
            "the first " + std::to_string(enough) + " pairs are answered 404 or 405: are these the right ids, and " +
            "does the service know version " + api_version_ + "? --api-version " + other + " asks for the other");
    }

    console& out_;
    std::string api_version_;
    unsigned seen_{0};
    bool is_over_{false};
};

}  // namespace batch_cancel::cli
