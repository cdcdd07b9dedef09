// SPDX-License-Identifier: MIT
#include "source/sources.h"

#include "source/poll.h"
#include "source/replay.h"
#include "source/sysfs.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>
#include <vector>

namespace error_report {
namespace {

constexpr std::size_t kib = 1024;

Result<OpenedSource> open_netlink(const std::string&, const SourceOptions& options) {
    auto source = NetlinkSource::open({.receive_buffer = options.receive_buffer});
    if (!source)
        return tl::unexpected(source.error());
    std::string note;
    if (const auto granted = (*source)->granted_buffer(); granted < options.receive_buffer)
        note = fmt::format(
            "the receive buffer has {} KiB instead of {}, so long bursts are fetched from the "
            "kernel's ring (CAP_NET_ADMIN or a larger net.core.rmem_max gives more)",
            granted / kib, options.receive_buffer / kib);
    return OpenedSource{std::move(*source), std::move(note)};
}

template <class T>
Result<OpenedSource> opened(Result<std::unique_ptr<T>> source) {
    if (!source)
        return tl::unexpected(source.error());
    return OpenedSource{std::move(*source), {}};
}

constexpr std::array<SourceKind, 4> all{{
    {"netlink", "", "the module's multicast group; needs CAP_SYS_ADMIN", open_netlink},
    {"poll", "", "asks the module for each report; needs CAP_SYSLOG alone",
     [](const std::string&, const SourceOptions&) { return opened(PollSource::open()); }},
    {"sysfs", "", "the last report of a kernel that has only /sys/kernel/error_report; needs root",
     [](const std::string&, const SourceOptions&) {
         return opened(SysfsSource::open(SysfsSource::default_folder));
     }},
    {"replay", "FILE", "what error-report record wrote; needs neither the module nor a privilege",
     [](const std::string& file, const SourceOptions&) {
         return opened(ReplaySource::open(file));
     }},
}};

std::string usage_of(const SourceKind& kind) {
    return fmt::format("{}{}{}", kind.name, kind.argument.empty() ? "" : ":", kind.argument);
}

std::string all_usages() {
    std::vector<std::string> usages;
    std::ranges::transform(all, std::back_inserter(usages), usage_of);
    return fmt::format("{}", fmt::join(usages, ", "));
}

} // namespace

std::span<const SourceKind> source_kinds() {
    return all;
}

std::string sources_help() {
    std::string result = "Sources:\n";
    for (const auto& kind : all)
        result += fmt::format("  {:<13}{}\n", usage_of(kind), kind.description);
    return result;
}

Result<SourceChoice> parse_source(std::string_view value) {
    const auto name = value.substr(0, value.find(':'));
    const auto* kind = std::ranges::find(all, name, &SourceKind::name);
    if (kind == all.end())
        return fail(fmt::format("{} is no source of reports; there are: {}", value, all_usages()));
    const auto argument = value.substr(std::min(value.size(), name.size() + 1));
    if (kind->argument.empty() && name != value)
        return fail(fmt::format("the source {} takes nothing behind its name", name));
    if (!kind->argument.empty() && argument.empty())
        return fail(fmt::format("the source {} is given as {}", name, usage_of(*kind)));
    return SourceChoice{kind, std::string(argument)};
}

} // namespace error_report
