// SPDX-License-Identifier: MIT
#include "source/subscription.h"

#include "source/netlink.h"

#include <algorithm>
#include <variant>

namespace error_report {

using std::chrono::milliseconds;

Result<std::unique_ptr<Subscription>> Subscription::open(bool with_retained) {
    auto source = NetlinkSource::open({});
    if (!source)
        return tl::unexpected(source.error());
    return open(std::move(*source), with_retained);
}

Result<std::unique_ptr<Subscription>>
Subscription::open(std::unique_ptr<Source> source, bool with_retained) {
    const auto status = source->status();
    if (!status)
        return tl::unexpected(status.error());
    const auto next = status->ended + 1;
    const auto from = with_retained ? status->oldest_seq.value_or(next) : next;
    std::unique_ptr<Subscription> subscription(new Subscription(std::move(source), *status, from));
    if (auto begun = subscription->follower_.begin(); !begun)
        return tl::unexpected(begun.error());
    return subscription;
}

Result<Record> Subscription::next() {
    for (;;) {
        auto record = next(Follower::check_interval);
        if (!record)
            return tl::unexpected(record.error());
        if (*record)
            return std::move(**record);
    }
}

Result<std::optional<Record>> Subscription::next(milliseconds limit) {
    // Beyond any clock's end would be now.
    const auto until = Clock::now() + std::min<milliseconds>(limit, std::chrono::hours(24));
    for (bool more = true; more && records_.empty() && received_;) {
        const auto came = receive();
        if (!came)
            received_ = tl::unexpected(came.error());
        // All that has come already is looked at, however little time there is.
        else if (!*came && records_.empty())
            more = wait(until);
    }
    // What was accounted for comes also before an error.
    if (!records_.empty()) {
        std::optional<Record> record(std::move(records_.front()));
        records_.pop_front();
        return record;
    }
    if (!received_)
        return tl::unexpected(received_.error());
    return std::nullopt;
}

// Whether there was an event.
Result<bool> Subscription::receive() {
    auto event = source_->receive();
    if (!event)
        return tl::unexpected(event.error());
    const auto handled = *event ? handle(std::move(**event)) : idle();
    if (!handled)
        return tl::unexpected(handled.error());
    return event->has_value();
}

Result<void> Subscription::handle(Event event) {
    if (std::holds_alternative<Ended>(event))
        return fail("the recording has ended");
    if (std::holds_alternative<FamilyCame>(event))
        return come_back();
    return follower_.handle(std::move(event));
}

// Only here, where nothing is queued: what is late then will not come.
Result<void> Subscription::idle() {
    if (!source_->is_patient() && Clock::now() >= next_check_) {
        next_check_ = Clock::now() + Follower::check_interval;
        if (auto checked = follower_.check(); !checked)
            return checked;
    }
    return follower_.idle();
}

// false if the time is up.
bool Subscription::wait(Clock::time_point until) {
    const auto now = Clock::now();
    if (now >= until)
        return false;
    auto waits = source_->waits();
    const auto left = std::chrono::ceil<milliseconds>(std::min(until, next_check_) - now);
    const auto timeout =
        waits.empty() ? 0 : static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    // A signal ends the wait early, which does no harm.
    poll(waits.data(), waits.size(), timeout);
    return true;
}

Result<void> Subscription::come_back() {
    // Its notice may have been dropped in an overrun.
    if (auto gone = follower_.handle(FamilyGone{}); !gone)
        return gone;
    const auto opened = source_->reopen();
    if (!opened && opened.error().kind == ErrorKind::not_loaded)
        return {}; // it went again; another notice tells when it comes
    return opened ? follower_.reopen() : opened;
}

} // namespace error_report
