#pragma once

#include <string>
#include <thread>

/** A server on loopback that keeps every byte that arrives, and answers 202 to whoever sends one. */
class recording_server
{
public:
    recording_server();
    recording_server(recording_server const&) = delete;
    recording_server& operator=(recording_server const&) = delete;
    ~recording_server();

    /** "http://127.0.0.1:PORT" */
    std::string endpoint() const;

    /** Stop, and return all that has arrived. */
    std::string stop();

    /** Connections that were made. After `stop`. */
    unsigned connections() const noexcept
    {
        return connections_;
    }

private:
    void serve();
    void answer(int connection);

    int listening_{-1};
    int stop_read_{-1};
    int stop_write_{-1};
    unsigned short port_{0};
    unsigned connections_{0};
    std::string arrived_;
    std::thread thread_;
};
