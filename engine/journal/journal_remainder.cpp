#include <batch_cancel/journal_remainder.hpp>

#include "journal/boot.hpp"
#include "journal/journal_fold.hpp"

namespace batch_cancel
{

using journal_format::pair_key;
using journal_format::pair_state;

class journal_remainder::impl
{
public:
    explicit impl(journal_reader& journal)
    {
        fold.add(journal);
        sums = fold.sums();
        bool has_begun = false;
        fold.index().for_each([&](pair_key const&, pair_state const& state)
                              { has_begun = has_begun || is_begun(state); });
        if (has_begun)
            collect_begun(journal);
        forget_met();
    }

    void forget_met()
    {
        unmet = 0;
        fold.index().for_each(
            [this](pair_key const&, pair_state& state)
            {
                state.met = 0;
                unmet += state.journal != 0 ? 1 : 0;  // else it came with the input
            });
    }

    static bool is_begun(pair_state const& state) noexcept
    {
        return state.begun != 0 && state.settled == 0;
    }

    journal_format::journal_fold fold{journal_format::current_boot_id()};
    journal_sums sums;
    std::vector<pair> begun;
    std::uint64_t unmet{0};

private:
    // The first record of a pair has all that the input said of it.
    void collect_begun(journal_reader& journal)
    {
        journal.rewind();
        journal_record record;
        while (journal.next_but_results(record))
        {
            bool const has_pair = record.type == record_type::planned || record.type == record_type::admitted ||
                                  record.type == record_type::unprocessed || record.type == record_type::waiting;
            if (!has_pair)
                continue;
            auto const key = fold.index().key_of(record.settled.pair);
            auto* const state = fold.index().find(key);
            if (state == nullptr || !is_begun(*state) || state->met)
                continue;
            state->met = 1;
            auto& collected = begun.emplace_back(record.settled.pair);
            collected.ambiguous = state->ambiguous;
            collected.earlier_attempts = fold.attempts_of(key);
        }
    }
};

journal_remainder::journal_remainder(journal_reader& journal)
    : impl_(std::make_unique<impl>(journal))
{
}

journal_remainder::journal_remainder(journal_remainder&&) noexcept = default;
journal_remainder& journal_remainder::operator=(journal_remainder&&) noexcept = default;
journal_remainder::~journal_remainder() = default;

journal_overview const& journal_remainder::overview() const noexcept
{
    return impl_->fold.journals().front();
}

journal_sums journal_remainder::sums() const
{
    return impl_->sums;
}

run_record const& journal_remainder::last_run() const noexcept
{
    return impl_->fold.last_run();
}

bool journal_remainder::is_finished() const noexcept
{
    return overview().has_end && overview().end.stopped_by.empty() && impl_->sums.pairs.unprocessed == 0;
}

std::chrono::system_clock::time_point journal_remainder::paused_until() const noexcept
{
    return impl_->fold.paused_until();
}

std::vector<pair> const& journal_remainder::begun() const noexcept
{
    return impl_->begun;
}

void journal_remainder::begin_reading()
{
    impl_->forget_met();
}

journal_remainder::standing journal_remainder::meet(pair& read)
{
    auto& index = impl_->fold.index();
    auto const key = index.key_of(read);
    auto* state = index.find(key);
    if (state == nullptr)
    {
        index[key].met = 1;
        return standing::open;
    }
    if (state->met)
        return standing::duplicate;
    state->met = 1;
    if (state->journal != 0)
        --impl_->unmet;
    read.ambiguous = read.ambiguous || state->ambiguous;
    if (state->settled)
        return standing::settled;
    return impl::is_begun(*state) ? standing::begun : standing::open;
}

std::uint64_t journal_remainder::unmet() const noexcept
{
    return impl_->unmet;
}

bool journal_remainder::is_unmet(pair const& known) const
{
    auto& index = impl_->fold.index();
    auto const* const state = index.find(index.key_of(known));
    return state != nullptr && state->journal != 0 && !state->met;
}

}  // namespace batch_cancel
