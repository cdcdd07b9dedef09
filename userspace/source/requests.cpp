// SPDX-License-Identifier: MIT
#include "source/requests.h"

#include "report/decode.h"

#include <cerrno>
#include <fmt/format.h>
#include <linux/error_report.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <memory>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string>

namespace error_report {
namespace {

struct FreeMessage {
    void operator()(nl_msg* message) const { nlmsg_free(message); }
};

using MessagePointer = std::unique_ptr<nl_msg, FreeMessage>;

// A dump that the kernel calls interrupted is asked for anew behind what came, while that helps.
constexpr int dump_attempts = 8;

tl::unexpected<Error>
refusal(std::uint16_t family, std::uint8_t command, const Acknowledgement& answer) {
    const auto said = answer.text.empty() ? errno_text(answer.error) : answer.text;
    if (answer.error == ENOENT && family == GENL_ID_CTRL)
        return fail(
            ErrorKind::not_loaded, "the kernel module error_report_notify is not loaded "
                                   "(load it with: modprobe error_report_notify)");
    const bool reading = family != GENL_ID_CTRL && command == ERROR_REPORT_CMD_REPORT_GET;
    if (answer.error == EPERM && reading)
        return fail(
            ErrorKind::privilege,
            "no permission to read reports: CAP_SYSLOG or CAP_SYS_ADMIN in the initial user "
            "namespace is needed (run as root)" +
                (answer.text.empty() ? "" : "; the kernel says: " + answer.text));
    if (answer.error == ENOENT && reading && !answer.text.empty())
        return fail(ErrorKind::no_such_report, said);
    // Without words of the module's own it is generic netlink that does not know the family.
    if (answer.error == ENOENT && answer.text.empty())
        return fail(
            ErrorKind::not_loaded, "the kernel module error_report_notify was unloaded meanwhile "
                                   "(load it with: modprobe error_report_notify)");
    return fail(fmt::format("the kernel refused the request: {}", said));
}

} // namespace

Result<Requests> Requests::open(const Tap& tap) {
    auto socket = Socket::connect(tap);
    if (!socket)
        return tl::unexpected(socket.error());
    Requests requests(std::move(*socket));
    if (auto resolved = requests.resolve(); !resolved)
        return tl::unexpected(resolved.error());
    return requests;
}

Result<std::uint32_t> Requests::send(const Question& question) {
    const MessagePointer request(nlmsg_alloc());
    if (!request ||
        genlmsg_put(
            request.get(), NL_AUTO_PORT, NL_AUTO_SEQ, question.family, 0, question.flags,
            question.command, ERROR_REPORT_FAMILY_VERSION) == nullptr ||
        (question.seq && nla_put_u64(request.get(), ERROR_REPORT_A_SEQ, *question.seq) < 0) ||
        (!question.name.empty() &&
         nla_put_string(request.get(), CTRL_ATTR_FAMILY_NAME, question.name.c_str()) < 0))
        return fail("cannot allocate a request to the kernel");
    return socket_.send(*request);
}

Result<bool> Requests::ask(const Question& question, const Handler& handler) {
    const auto sequence = send(question);
    if (!sequence)
        return tl::unexpected(sequence.error());

    bool interrupted = false;
    for (;;) {
        const auto received = socket_.receive();
        if (!received)
            return tl::unexpected(received.error());
        const auto* datagram = std::get_if<Datagram>(&*received);
        if (datagram == nullptr)
            return fail("the kernel did not answer the request");
        for (auto rest = datagram->bytes; !rest.empty();) {
            const auto message = next_message(rest);
            if (!message)
                return tl::unexpected(message.error());
            // What an earlier, abandoned dump left behind.
            if (message->sequence != *sequence)
                continue;
            interrupted = interrupted || (message->flags & NLM_F_DUMP_INTR) != 0;
            if (const auto answer = acknowledgement(*message)) {
                if (answer->error != 0)
                    return refusal(question.family, question.command, *answer);
                return interrupted;
            }
            const auto generic = generic_message(*message);
            if (!generic)
                return tl::unexpected(generic.error());
            if (auto taken = handler(*generic); !taken)
                return tl::unexpected(taken.error());
            if ((message->flags & NLM_F_MULTI) == 0)
                return interrupted;
        }
    }
}

Result<Family> Requests::look_up(std::string_view name) {
    Result<Family> family = fail("the kernel answered a look-up of a family without a family");
    const auto asked =
        ask({.family = GENL_ID_CTRL, .command = CTRL_CMD_GETFAMILY, .name = std::string(name)},
            [&](const GenericMessage& message) {
                family = decode_family(message.attributes);
                return Result<void>();
            });
    if (!asked)
        return tl::unexpected(asked.error());
    return family;
}

Result<void> Requests::resolve() {
    auto family = look_up(ERROR_REPORT_FAMILY_NAME);
    if (!family)
        return tl::unexpected(family.error());
    family_ = std::move(*family);
    return {};
}

Result<Status> Requests::status() {
    Result<Status> status = fail("the kernel answered a status request without a status");
    const auto asked =
        ask({.family = family_.id, .command = ERROR_REPORT_CMD_STATUS_GET},
            [&](const GenericMessage& message) {
                status = decode_status(message.attributes);
                return Result<void>();
            });
    if (!asked)
        return tl::unexpected(asked.error());
    return status;
}

Result<void> Requests::report(std::uint64_t seq, const ReportHandler& handler) {
    const auto asked = ask(
        {.family = family_.id, .command = ERROR_REPORT_CMD_REPORT_GET, .seq = seq},
        [&](const GenericMessage& message) { return handler(decode_report(message.attributes)); });
    return asked.map([](bool) {});
}

Result<Report> Requests::report(std::uint64_t seq) {
    Result<Report> report = fail("the kernel answered a report request without a report");
    const auto asked = this->report(seq, [&](Result<Report> answer) {
        report = std::move(answer);
        return Result<void>();
    });
    if (!asked)
        return tl::unexpected(asked.error());
    return report;
}

Result<bool> Requests::dump_once(std::uint64_t& next, const ReportHandler& handler) {
    const Question question{
        .family = family_.id,
        .command = ERROR_REPORT_CMD_REPORT_GET,
        .flags = NLM_F_DUMP,
        .seq = next,
        .name = {}};
    return ask(question, [&](const GenericMessage& message) {
        auto report = decode_report(message.attributes);
        if (report && report->seq < next)
            return Result<void>();
        if (report)
            next = report->seq + 1;
        return handler(std::move(report));
    });
}

Result<void> Requests::retained(std::uint64_t from, const ReportHandler& handler) {
    auto next = from;
    for (int attempt = 0; attempt < dump_attempts; ++attempt) {
        const auto before = next;
        const auto interrupted = dump_once(next, handler);
        if (!interrupted)
            return tl::unexpected(interrupted.error());
        if (!*interrupted || next == before)
            break;
    }
    return {};
}

} // namespace error_report
