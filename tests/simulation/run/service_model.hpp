#pragma once

#include "simulation/run/scenario.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace batch_cancel::simulation
{

using time_point = std::chrono::steady_clock::time_point;

/** What the client gets to see of an attempt. */
enum class visible : std::uint8_t
{
    /** An answer with a clean header. */
    answer,
    /** As `answer`, but its body breaks off. */
    answer_cut,
    /** The connection breaks without a byte. */
    nothing,
    /** The connection breaks within the header. */
    part_of_header,
    silence,
    garbage,
};

/** One request, as the service saw and treated it. */
struct attempt_log
{
    std::size_t task = 0;
    /** Serial number of the connection that it came over. */
    std::size_t connection = 0;
    std::string client_request_id{};
    /** Which attempt of its task this is, from 0. */
    std::size_t number = 0;
    std::uint64_t token = 0;
    time_point started{};
    /** When the client has the answer; never for silence. */
    time_point answered{};
    visible seen = visible::answer;
    unsigned status = 0;
    std::optional<std::chrono::milliseconds> retry_after{};
    /** The task was cancelled by this request. */
    bool applied = false;

    bool is_throttle() const noexcept
    {
        return has_answer() && (status == 429 || status == 509 || (status == 503 && retry_after.has_value()));
    }

    bool has_answer() const noexcept
    {
        return seen == visible::answer || seen == visible::answer_cut;
    }

    /** The token is refused. */
    bool is_refusal() const noexcept
    {
        return has_answer() && status == 401;
    }

    /** The client cannot know whether it was carried out. */
    bool is_unknown() const noexcept
    {
        return !has_answer() || (status >= 500 && status != 501 && status != 505 && !is_throttle());
    }

    /** The client sends it again for want of a better answer. */
    bool is_transient() const noexcept
    {
        return is_unknown() || status == 408 || status == 423 || status == 425;
    }
};

/** What an answer says, apart from its status: no two attempts are answered the same. */
struct answer_words
{
    std::string status{};
    std::string message{};
    std::string error_code{};
};

answer_words texts_of(attempt_log const& answered);

std::string request_id_of(attempt_log const& answered);

/** What comes with a request. */
struct request_facts
{
    std::size_t task = 0;
    std::uint64_t token = 0;
    std::size_t connection = 0;
    std::string client_request_id{};
};

/** The service, in virtual time: it knows what it has carried out. */
class service_model
{
public:
    service_model(scenario const& of, time_point start);

    /** Take a request.
        @return  Index into `log`. */
    std::size_t on_request(request_facts const& asked, time_point now);

    /** Tell whether a token is good for requests at `now`; tokens count from 1, each living on from the end of the last. */
    bool accepts(std::uint64_t token, time_point now) const noexcept;

    std::vector<attempt_log> const& log() const noexcept
    {
        return log_;
    }

    bool was_applied(std::size_t task) const
    {
        return applied_[task];
    }

private:
    enum class nature : std::uint8_t
    {
        usual,
        conflict,
        missing,
        forbidden,
        poisoned,
        shunned,
        held,
        odd,
    };

    double chance();
    duration latency();
    bool is_over_limit(time_point now);
    std::optional<fault> trouble_at(time_point now);
    void answer(attempt_log& made, unsigned status);
    void treat(attempt_log& made, fault with);
    void treat(attempt_log& made);
    void carry_out(attempt_log& made);

    scenario const& scenario_;
    time_point start_;
    std::mt19937_64 bits_;
    std::vector<nature> tasks_;
    std::vector<bool> applied_;
    std::vector<std::size_t> attempts_;
    std::vector<attempt_log> log_;
    double tokens_{0};
    time_point filled_at_{};
};

}  // namespace batch_cancel::simulation
