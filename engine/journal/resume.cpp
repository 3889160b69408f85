#include <batch_cancel/resume.hpp>

#include <batch_cancel/errc.hpp>
#include <batch_cancel/interrupted_journal.hpp>
#include <batch_cancel/journal_reader.hpp>
#include <batch_cancel/journal_remainder.hpp>

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace batch_cancel
{

namespace asio = boost::asio;

namespace
{

// Gives the pairs of an input that have no outcome in the journal.
class pairs_left final : public pair_source
{
public:
    pairs_left(journal_remainder& known, pair_source& input, journal_file& journal)
        : known_(known)
        , input_(input)
        , journal_(journal)
    {
    }

    asio::awaitable<std::size_t> read_some(std::span<pair> into) override
    {
        if (known_.is_finished())
            co_return std::size_t{0};
        std::size_t kept = take_begun(into);
        while (kept == 0)
        {
            auto const count = co_await input_.read_some(into);
            if (count == 0)
            {
                // An input that was interrupted has not ended.
                auto const state = co_await asio::this_coro::cancellation_state;
                if (state.cancelled() == asio::cancellation_type::none)
                    take_end();
                co_return std::size_t{0};
            }
            kept = keep_open(into.first(count));
        }
        co_return kept;
    }

private:
    std::size_t take_begun(std::span<pair> into)
    {
        auto const& begun = known_.begun();
        auto const count = std::min(into.size(), begun.size() - next_begun_);
        std::copy_n(begun.begin() + static_cast<std::ptrdiff_t>(next_begun_), count, into.begin());
        next_begun_ += count;
        return count;
    }

    std::size_t keep_open(std::span<pair> read)
    {
        std::size_t kept = 0;
        for (auto& each : read)
        {
            auto const standing = known_.meet(each);
            ++found_.lines;
            if (standing == journal_remainder::standing::duplicate)
                ++found_.duplicates;
            else
                ++found_.pairs;
            if (standing == journal_remainder::standing::open)
                std::swap(read[kept++], each);
        }
        return kept;
    }

    void take_end()
    {
        auto const& before = known_.overview().input;
        auto missing = known_.unmet();
        // Pairs that no record names are known by their number.
        if (missing == 0 && before.complete && before.pairs > found_.pairs)
            missing = before.pairs - found_.pairs;
        if (missing != 0)
            throw described_error(errc::input_incomplete,
                                  "the input lacks " + std::to_string(missing) + (missing == 1 ? " pair" : " pairs") +
                                      " that the journal knows; resume again with the run's whole input");
        found_.complete = true;
        journal_.note(found_);
    }

    journal_remainder& known_;
    pair_source& input_;
    journal_file& journal_;
    std::size_t next_begun_{0};
    input_counts found_;
};

}  // namespace

class resumed_run::impl
{
public:
    impl(std::filesystem::path const& path, pair_source& input, transport const& over, engine_options with,
         journal_file_options const& keeping)
        : options(std::move(with))
        , taken(path)
        , reader(taken)
        , known(reader)
        , before(known.sums())
        , journal(take_journal(process(over), keeping))
        , pairs(known, input, journal)
    {
        auto const now = keeping.clock != nullptr ? keeping.clock->wall_now() : real_clock().wall_now();
        options.paused_for = std::max<engine_options::duration>(options.paused_for, known.rest_of_pause(now));
    }

    engine_options options;
    interrupted_journal taken;  // until the journal has it
    journal_reader reader;
    journal_remainder known;
    journal_sums before;
    journal_file journal;
    pairs_left pairs;

private:
    journal_file take_journal(run_record const& process, journal_file_options const& keeping)
    {
        if (!known.is_finished())
            return journal_file(std::move(taken), process, keeping);
        return journal_file::keep_finished(std::move(taken), process, keeping);
    }

    run_record process(transport const& over) const
    {
        validate(options);
        auto made = new_run(over, options);
        made.run_id.clear();  // that of the journal
        auto const& last = known.last_run();
        made.tenant = last.tenant;
        made.user = last.user;
        made.host = last.host;
        // A simulator's endpoint is another one for each process, so of its options none is said to be ours.
        if (!is_simulated(last))
            made.options = last.options;
        made.inputs = last.inputs;
        made.carried = last.carried;
        made.shard = last.shard;
        return made;
    }
};

resumed_run::resumed_run(std::unique_ptr<impl> made) noexcept
    : impl_(std::move(made))
{
}

resumed_run::resumed_run(resumed_run&&) noexcept = default;
resumed_run& resumed_run::operator=(resumed_run&&) noexcept = default;
resumed_run::~resumed_run() = default;

pair_source& resumed_run::pairs() noexcept
{
    return impl_->pairs;
}

journal_file& resumed_run::journal() noexcept
{
    return impl_->journal;
}

engine_options const& resumed_run::options() const noexcept
{
    return impl_->options;
}

journal_sums const& resumed_run::before() const noexcept
{
    return impl_->before;
}

run_record new_run(transport const& transport, engine_options const& options)
{
    run_record made;
    made.run_id = to_string(boost::uuids::random_generator{}());
    made.time = std::chrono::system_clock::now();
    made.program_version = BATCH_CANCEL_VERSION;
    made.endpoint = transport.service().to_url();
    made.api_version = options.api_version;
    return made;
}

resumed_run resume_run(std::filesystem::path const& path, pair_source& input, transport const& transport,
                       engine_options options, journal_file_options journal)
{
    return resumed_run(std::make_unique<resumed_run::impl>(path, input, transport, std::move(options), journal));
}

}  // namespace batch_cancel
