// SPDX-License-Identifier: MIT
#include "source/replay.h"

#include "report/decode.h"
#include "source/datagram.h"
#include "source/family.h"

#include <algorithm>
#include <fmt/format.h>
#include <linux/error_report.h>
#include <linux/genetlink.h>
#include <utility>

namespace error_report {
namespace {

// The datagram's next message of the family with that command, taken off rest.
std::optional<Bytes> next_answer(Bytes& rest, std::uint16_t family, std::uint8_t command) {
    while (!rest.empty()) {
        const auto message = next_message(rest);
        if (!message || message->type != family)
            continue;
        const auto generic = generic_message(*message);
        if (generic && generic->command == command)
            return generic->attributes;
    }
    return std::nullopt;
}

// The end of a dump, or a refusal.
bool is_acknowledgement(Bytes datagram) {
    const auto message = next_message(datagram);
    return message && acknowledgement(*message);
}

// The family that the recording is of.
std::optional<std::uint16_t> family_in(Bytes datagram) {
    const auto attributes = next_answer(datagram, GENL_ID_CTRL, CTRL_CMD_NEWFAMILY);
    if (!attributes)
        return std::nullopt;
    const auto family = decode_family(*attributes);
    if (!family || family->name != ERROR_REPORT_FAMILY_NAME)
        return std::nullopt;
    return family->id;
}

} // namespace

Result<std::unique_ptr<ReplaySource>> ReplaySource::open(const std::string& path) {
    auto file = PcapReader::open(path);
    if (!file)
        return tl::unexpected(file.error());
    const auto first = file->next();
    if (!first)
        return tl::unexpected(first.error());
    const auto family = *first ? family_in(**first) : std::nullopt;
    if (!family)
        return fail(fmt::format("{} does not begin as error-report record begins", path));
    std::unique_ptr<ReplaySource> source(new ReplaySource(std::move(*file), *family));
    if (!source->find_status())
        return fail(fmt::format("{} ends before the module's status", path));
    return source;
}

bool ReplaySource::find_status() {
    for (;;) {
        const auto datagram = file_.next();
        if (!datagram || !*datagram)
            return false;
        if (take_status(**datagram))
            return true;
    }
}

bool ReplaySource::take_status(Bytes datagram) {
    if (!inbox_.family())
        return false;
    const auto attributes = next_answer(datagram, *inbox_.family(), ERROR_REPORT_CMD_STATUS_GET);
    auto status = attributes ? decode_status(*attributes) : fail("none");
    if (!status)
        return false;
    status_ = std::move(*status);
    dump_ = file_.position();
    // Retained is what was dumped, which the recorder may have done without.
    status_->oldest_seq.reset();
    const auto stop_at_first = [&](const Result<Report>& report) -> Result<void> {
        if (report)
            status_->oldest_seq = report->seq;
        return report ? fail("enough") : Result<void>();
    };
    static_cast<void>(retained(0, stop_at_first));
    if (!status_->oldest_seq)
        status_->newest_seq.reset();
    return true;
}

Result<std::optional<Event>> ReplaySource::receive() {
    for (;;) {
        if (auto event = inbox_.next()) {
            account(*event);
            return event;
        }
        const auto datagram = file_.next();
        if (!datagram)
            return Event{Unreadable{datagram.error().message}};
        if (!*datagram)
            return Event{Ended{}};
        if (take_status(**datagram))
            return std::nullopt;
        datagram_.assign((*datagram)->begin(), (*datagram)->end());
        inbox_.put(datagram_);
    }
}

void ReplaySource::account(const Event& event) {
    const auto reach = [&](std::uint64_t instance, std::uint64_t seq) {
        if (!status_)
            return;
        status_->ended = status_->instance == instance ? std::max(status_->ended, seq) : seq;
        status_->instance = instance;
    };
    if (std::holds_alternative<FamilyGone>(event))
        status_.reset();
    else if (const auto* report = std::get_if<Report>(&event))
        reach(report->instance, report->seq);
    else if (const auto* loss = std::get_if<Loss>(&event))
        reach(loss->instance, loss->last);
}

Result<Status> ReplaySource::status() {
    if (!status_)
        return fail(ErrorKind::not_loaded, "the module was not loaded when this was recorded");
    return *status_;
}

Result<void> ReplaySource::retained(std::uint64_t from, const ReportHandler& handler) {
    const auto back = file_.position();
    file_.go_to(dump_);
    auto done = read_dump(from, handler);
    file_.go_to(back);
    return done;
}

Result<void> ReplaySource::read_dump(std::uint64_t from, const ReportHandler& handler) {
    while (const auto family = inbox_.family()) {
        const auto datagram = file_.next();
        // receive() will come to it, too.
        if (!datagram || !*datagram)
            break;
        auto rest = **datagram;
        auto attributes = next_answer(rest, *family, ERROR_REPORT_CMD_REPORT_GET);
        if (!attributes && !is_acknowledgement(**datagram))
            break;
        for (; attributes; attributes = next_answer(rest, *family, ERROR_REPORT_CMD_REPORT_GET)) {
            auto report = decode_report(*attributes);
            // As a dump that was interrupted and began anew behind what had come.
            if (report && report->seq < from)
                continue;
            if (report)
                from = report->seq + 1;
            if (auto taken = handler(std::move(report)); !taken)
                return taken;
        }
    }
    return {};
}

Result<void> ReplaySource::reopen() {
    if (find_status())
        return {};
    return fail(ErrorKind::not_loaded, "the recording ends before the module was asked again");
}

} // namespace error_report
