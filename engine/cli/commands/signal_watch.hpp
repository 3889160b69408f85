#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>
#include <initializer_list>

namespace batch_cancel::cli
{

/** Hears signals from its construction on, until it is closed. Used on the thread of its context. */
class signal_watch
{
public:
    signal_watch(boost::asio::io_context& context, std::initializer_list<int> numbers);

    /** Hear one more. */
    void add(int number);

    /** Tell of each signal, those since construction included. This must live until the context has come to rest. */
    void start(std::function<void(int number)> on_signal);

    /** Hear no more: what comes from now on ends the program as it ends any other. What had come and was not told is forgotten. */
    void close();

private:
    boost::asio::awaitable<void> watch();

    boost::asio::io_context& context_;
    boost::asio::signal_set signals_;
    std::function<void(int)> on_signal_;
    bool is_closed_{false};
};

}  // namespace batch_cancel::cli
