// SPDX-License-Identifier: MIT
#include "encode/ecs.h"
#include "encode/encoder.h"
#include "encode/journal.h"
#include "encode/json.h"
#include "encode/otel.h"
#include "encode/text.h"

#include <algorithm>
#include <array>

namespace error_report {
namespace {

template <class T>
std::unique_ptr<Encoder> make(const EncoderOptions& options) {
    return std::make_unique<T>(options);
}

constexpr std::array<Format, 5> all{{
    {"json", "one JSON object a line", make<JsonEncoder>},
    {"text", "for people: a headline and the indented report", make<TextEncoder>},
    {"ecs", "Elastic Common Schema, one JSON object a line", make<EcsEncoder>},
    {"otel", "OpenTelemetry's log data model, one OTLP/JSON request a line", make<OtelEncoder>},
    {"journal", "journald's native protocol", make<JournalEncoder>},
}};

} // namespace

std::span<const Format> formats() {
    return all;
}

const Format* find_format(std::string_view name) {
    const auto* found = std::ranges::find(all, name, &Format::name);
    return found == all.end() ? nullptr : found;
}

} // namespace error_report
