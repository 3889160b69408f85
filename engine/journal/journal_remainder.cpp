#include <batch_cancel/journal_remainder.hpp>

#include "journal/boot.hpp"
#include "journal/journal_fold.hpp"

#include <algorithm>

namespace batch_cancel
{

using journal_format::pair_index;
using journal_format::pair_state;

class journal_remainder::impl
{
public:
    explicit impl(journal_reader& journal)
    {
        fold.add(journal);
        sums = fold.sums();
        bool has_begun = false;
        for (pair_index::number known = 0; known != fold.index().size(); ++known)
            has_begun = has_begun || is_begun(fold.index()[known]);
        if (has_begun)
            collect_begun(journal);
        forget_met();
    }

    void forget_met()
    {
        unmet = met = 0;
        for (pair_index::number known = 0; known != fold.index().size(); ++known)
        {
            auto& state = fold.index()[known];
            state.met = 0;
            unmet += state.journal != 0 ? 1 : 0;  // else it came with the input
        }
        last_met = pair_index::before_first;
    }

    static bool is_begun(pair_state const& state) noexcept
    {
        return state.begun != 0 && state.settled == 0;
    }

    journal_format::journal_fold fold{journal_format::current_boot_id()};
    journal_sums sums;
    std::vector<pair> begun;
    std::uint64_t unmet{0};
    std::uint64_t met{0};
    pair_index::number last_met{pair_index::before_first};  // pairs mostly come in the order of the run's own reading

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
            auto const known = fold.index().find(record.settled.pair);
            if (!known)
                continue;
            auto& state = fold.index()[*known];
            if (!is_begun(state) || state.met)
                continue;
            state.met = 1;
            auto& collected = begun.emplace_back(record.settled.pair);
            collected.ambiguous = state.ambiguous;
            collected.earlier_attempts = fold.attempts_of(*known);
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

std::chrono::milliseconds journal_remainder::rest_of_pause(std::chrono::system_clock::time_point now) const noexcept
{
    auto const& pause = impl_->fold.last_pause();
    auto const rest = std::chrono::ceil<std::chrono::milliseconds>(pause.until - now);
    return std::clamp(rest, rest.zero(), pause.length);
}

std::vector<pair> const& journal_remainder::begun() const noexcept
{
    return impl_->begun;
}

void journal_remainder::begin_reading()
{
    impl_->forget_met();
    auto& index = impl_->fold.index();
    for (auto& each : impl_->begun)
    {
        if (auto const known = index.find(each))
            each.ambiguous = index[*known].ambiguous;
    }
}

journal_remainder::standing journal_remainder::meet(pair& read)
{
    auto& index = impl_->fold.index();
    auto& state = index[index.at(read, impl_->last_met)];
    // Kept for the next reading: the line that says so may come after one that does not.
    read.ambiguous = read.ambiguous || state.ambiguous;
    state.ambiguous = read.ambiguous;
    if (state.met)
        return standing::duplicate;
    state.met = 1;
    ++impl_->met;
    if (state.journal != 0)
        --impl_->unmet;
    if (state.settled)
        return standing::settled;
    return impl::is_begun(state) ? standing::begun : standing::open;
}

std::uint64_t journal_remainder::unmet() const noexcept
{
    return impl_->unmet;
}

std::uint64_t journal_remainder::missing() const noexcept
{
    return impl_->fold.index().size() - impl_->met;
}

bool journal_remainder::is_unmet(pair const& known) const
{
    auto& index = impl_->fold.index();
    auto const found = index.find(known);
    return found && index[*found].journal != 0 && !index[*found].met;
}

}  // namespace batch_cancel
