#include <batch_cancel/journal_totals.hpp>

#include "journal/boot.hpp"
#include "journal/journal_fold.hpp"

namespace batch_cancel
{

using journal_format::pair_state;

namespace
{

bool is_standing(pair_state const& state, result const& settled) noexcept
{
    return state.time_ms == journal_format::state_time(settled.time) &&
           state.outcome == static_cast<unsigned>(settled.outcome) &&
           state.reason == static_cast<unsigned>(settled.reason);
}

bool is_about_a_pair(record_type type) noexcept
{
    return type == record_type::result || type == record_type::unprocessed || type == record_type::planned ||
           type == record_type::admitted || type == record_type::waiting;
}

}  // namespace

class journal_totals::impl
{
public:
    journal_format::journal_fold fold{journal_format::current_boot_id()};
};

journal_totals::journal_totals()
    : impl_(std::make_unique<impl>())
{
}

journal_totals::journal_totals(journal_totals&&) noexcept = default;
journal_totals& journal_totals::operator=(journal_totals&&) noexcept = default;
journal_totals::~journal_totals() = default;

void journal_totals::add(journal_reader& journal)
{
    impl_->fold.add(journal);
}

std::vector<journal_overview> const& journal_totals::journals() const noexcept
{
    return impl_->fold.journals();
}

journal_sums journal_totals::sums() const
{
    return impl_->fold.sums();
}

void journal_totals::begin_pass()
{
    auto& index = impl_->fold.index();
    for (journal_format::pair_index::number known = 0; known != index.size(); ++known)
        index[known].met = 0;
}

bool journal_totals::stands(journal_record& record)
{
    if (!is_about_a_pair(record.type))
        return false;
    auto& settled = record.settled;
    auto& index = impl_->fold.index();
    auto const known = index.at(settled.pair);
    auto& state = index[known];
    bool here = false;
    if (record.type == record_type::result)
        here = state.settled && is_standing(state, settled);
    else
        here = !state.settled && (record.type == record_type::unprocessed) == (state.left != 0);
    if (!here || state.met)
        return false;
    state.met = 1;
    settled.ambiguous = settled.pair.ambiguous = state.ambiguous != 0;
    if (record.type != record_type::result)
        settled.pair.earlier_attempts = impl_->fold.attempts_of(known);
    return true;
}

std::optional<std::uint64_t> journal_totals::shared_number(pair const& named) const
{
    auto const known = impl_->fold.index().find(named);
    if (!known || !impl_->fold.is_shared(*known))
        return std::nullopt;
    return *known;
}

bool journal_totals::is_plain() const
{
    auto const now = sums();
    return now.superseded == 0 && now.pairs.unprocessed == now.unnamed &&
           now.pairs.ambiguous == impl_->fold.ambiguous_results();
}

}  // namespace batch_cancel
