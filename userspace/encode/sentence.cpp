// SPDX-License-Identifier: MIT
#include "encode/sentence.h"

#include "encode/terminal.h"
#include "report/names.h"

#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <variant>

namespace error_report {
namespace {

// A first line may be as long as the whole text.
constexpr std::size_t longest = 256; // columns

std::string
reports(std::uint64_t first, std::uint64_t last, std::string_view one, std::string_view more) {
    return first == last ? fmt::format("report {} {}", first, one)
                         : fmt::format("reports {} to {} {}", first, last, more);
}

struct SentenceMaker {
    std::string operator()(const Report& report) const {
        if (report.text.empty())
            return fmt::format("{}: report {} has no text", report.tool, report.seq);
        const auto first_line = std::string_view(report.text).substr(0, report.text.find('\n'));
        return fmt::format("{}: {}", report.tool, first_line);
    }

    std::string operator()(const Start& start) const {
        return fmt::format(
            "listening from report {} on; the kernel has counted {}", start.from,
            start.report_count);
    }

    std::string operator()(const Lost& lost) const {
        return fmt::format(
            "{} lost: {}", reports(lost.loss.first, lost.loss.last, "is", "are"),
            fmt::join(cause_names(lost.loss.causes), ", "));
    }

    std::string operator()(const Resync& resync) const {
        return fmt::format(
            "{} fetched from the kernel's ring: {}", reports(resync.from, resync.to, "was", "were"),
            resync.why);
    }

    std::string operator()(const FamilyDown& down) const {
        return fmt::format(
            "the kernel module was unloaded after report {}{}", down.report_count,
            down.complete ? "" : ", and more may have ended before");
    }

    std::string operator()(const FamilyUp& up) const {
        return fmt::format(
            "the kernel module was loaded again and has counted {}", up.report_count);
    }

    std::string operator()(const Stop& stop) const {
        return fmt::format(
            "stopped after report {}: {}; reports written: {}", stop.to, stop.reason, stop.reports);
    }

    std::string operator()(const Suppressed& suppressed) const {
        return fmt::format("{} more of {}", suppressed.count, suppressed.title);
    }
};

} // namespace

std::string sentence_of(const Record& record) {
    return fit(printable_line(std::visit(SentenceMaker(), record)), longest);
}

} // namespace error_report
