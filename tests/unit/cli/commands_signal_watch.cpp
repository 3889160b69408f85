#include "cli/commands/signal_watch.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <vector>

using batch_cancel::cli::signal_watch;
namespace asio = boost::asio;

TEST_SUITE("commands_signal_watch")
{
    TEST_CASE("signal watch: tells of every signal, those before its start too")
    {
        asio::io_context loop;
        signal_watch watch(loop, {SIGUSR1});
        watch.add(SIGUSR2);
        std::raise(SIGUSR1);
        loop.poll();
        loop.restart();
        std::vector<int> heard;
        watch.start(
            [&](int number)
            {
                heard.push_back(number);
                if (heard.size() == 2)
                    watch.close();
            });
        std::raise(SIGUSR2);
        loop.run();
        CHECK(heard == std::vector{SIGUSR1, SIGUSR2});
    }

    TEST_CASE("signal watch: comes to its end however far a signal has got when it is closed")
    {
        for (int turns = 0; turns != 12; ++turns)
        {
            CAPTURE(turns);
            asio::io_context loop;
            signal_watch watch(loop, {SIGUSR1});
            int heard = 0;
            watch.start([&](int) { ++heard; });
            loop.poll();
            std::raise(SIGUSR1);
            for (int i = 0; i != turns; ++i)
                loop.poll_one();
            auto const before = heard;
            watch.close();
            loop.run_for(std::chrono::seconds(5));
            CHECK(loop.stopped());
            CHECK(heard == before);
        }
    }
}
