// SPDX-License-Identifier: MIT
#include "encode/mapping.h"

#include <algorithm>
#include <array>

namespace error_report {
namespace {

constexpr auto ecs = std::to_array<Mapping>({
    {"time", "@timestamp"},
    {"title", "message"},
    {"seq", "event.sequence"},
    {"tool", "event.provider"},
    {"fingerprint", "error.id"},
    {"text", "error.stack_trace"},
    {"host", "host.hostname"},
    {"boot_id", "host.boot.id"},
    {"kernel", "host.os.kernel"},
    {"pid", "process.thread.id"},
    {"comm", "process.thread.name"},
});

constexpr auto otel = std::to_array<Mapping>({
    {"title", "exception.message"},
    {"text", "exception.stacktrace"},
    {"host", "host.name"},
    {"kernel", "os.version"},
    {"pid", "thread.id"},
    {"comm", "thread.name"},
});

} // namespace

std::string name_in(std::span<const Mapping> mapping, std::string_view ours) {
    const auto found = std::ranges::find(mapping, ours, &Mapping::ours);
    if (found != mapping.end())
        return std::string(found->theirs);
    return "error_report." + std::string(ours);
}

std::span<const Mapping> ecs_mapping() {
    return ecs;
}

std::span<const Mapping> otel_mapping() {
    return otel;
}

} // namespace error_report
