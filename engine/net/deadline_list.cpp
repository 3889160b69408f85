#include "net/deadline_list.hpp"

#include "model/later.hpp"

#include <utility>

namespace batch_cancel::net
{

deadline_list::deadline_list(boost::asio::any_io_executor strand, clock& time, clock::duration length)
    : time_(time)
    , length_(length)
    , alarm_(std::move(strand), time, [this] { expire(); })
{
}

void deadline_list::arm(entry& set, connection& limited, clock::time_point now)
{
    set.limited_ = &limited;
    set.ends_ = model::later(now, length_);
    set.expired_ = false;
    if (armed_.empty())
        alarm_.set(set.ends_);
    armed_.push_back(set);
}

void deadline_list::expire()
{
    auto const now = time_.now();
    while (!armed_.empty() && armed_.front().ends_ <= now)
    {
        auto& late = armed_.front();
        armed_.pop_front();
        late.expired_ = true;
        late.limited_->close();
    }
    if (!armed_.empty())
        alarm_.set(armed_.front().ends_);
}

}  // namespace batch_cancel::net
