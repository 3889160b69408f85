#pragma once

#include "net/wait_list.hpp"

#include <batch_cancel/pair_source.hpp>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace batch_cancel::test
{

/** Pairs that come only when they are let go, one by one. */
class gated_pairs final : public pair_source
{
public:
    gated_pairs(boost::asio::io_context& context, std::vector<pair> pairs);

    boost::asio::awaitable<std::size_t> read_some(std::span<pair> into) override;

    /** Let another pair go. From any thread. */
    void let_go();

private:
    boost::asio::io_context& context_;
    std::vector<pair> pairs_;
    std::size_t next_{0};
    std::size_t allowed_{0};
    net::wait_list waiting_;
};

}  // namespace batch_cancel::test
