// SPDX-License-Identifier: MIT
#include "encode/otel.h"

#include "encode/line.h"
#include "encode/mapping.h"
#include "encode/object.h"
#include "encode/sentence.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <variant>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

struct Severity {
    int number;
    const char* text;
};

// As OpenTelemetry numbers them.
constexpr Severity info{9, "INFO"};
constexpr Severity warn{13, "WARN"};
constexpr Severity error{17, "ERROR"};

// OTLP's AnyValue: 64-bit numbers are strings. What we write is only some levels deep.
// NOLINTNEXTLINE(misc-no-recursion)
Json any_value(const Json& value) {
    if (value.is_boolean())
        return {{"boolValue", value}};
    if (value.is_number())
        return {{"intValue", value.dump()}};
    if (value.is_string())
        return {{"stringValue", value}};
    auto values = Json::array();
    for (const auto& [key, part] : value.items()) {
        auto inner = any_value(part);
        if (value.is_array())
            values.push_back(std::move(inner));
        else
            values.push_back({{"key", key}, {"value", std::move(inner)}});
    }
    return {{value.is_array() ? "arrayValue" : "kvlistValue", {{"values", std::move(values)}}}};
}

Json attribute(const std::string& key, const Json& value) {
    return {{"key", key}, {"value", any_value(value)}};
}

// What describes the machine, and not what happened there.
bool is_resource(std::string_view name) {
    return name == "host" || name == "kernel" || name == "boot_id";
}

// What has a field of its own in a log record.
bool is_field(std::string_view name) {
    return name == "schema" || name == "event" || name == "time";
}

Severity severity_of(const Json& values) {
    if (values["event"] != "report")
        return info;
    return values["tool"] == "warning" ? warn : error;
}

Json resource_of(const Json& values) {
    auto attributes =
        Json::array({attribute("service.name", "error-report"), attribute("os.type", "linux")});
    for (const auto& [name, value] : values.items())
        if (is_resource(name))
            attributes.push_back(attribute(name_in(otel_mapping(), name), value));
    return {{"attributes", std::move(attributes)}};
}

Json attributes_of(const Json& values) {
    auto attributes = Json::array();
    for (const auto& [name, value] : values.items())
        if (!is_resource(name) && !is_field(name))
            attributes.push_back(attribute(name_in(otel_mapping(), name), value));
    if (values.contains("report"))
        attributes.push_back(attribute("exception.type", values["report"].value("type", "")));
    return attributes;
}

Json record_of(const Json& values, const std::string& body, std::uint64_t time) {
    const auto severity = severity_of(values);
    const auto event = values["event"].get<std::string>();
    Json record{{"timeUnixNano", std::to_string(time)}};
    record["severityNumber"] = severity.number;
    record["severityText"] = severity.text;
    record["eventName"] = "error_report." + event;
    record["body"] = any_value(body);
    record["attributes"] = attributes_of(values);
    return record;
}

Json otel_of(const Json& values, const std::string& body, std::uint64_t time) {
    Json scope{{"scope", {{"name", "error-report"}}}};
    scope["logRecords"] = Json::array({record_of(values, body, time)});
    Json resource{{"resource", resource_of(values)}};
    resource["scopeLogs"] = Json::array({std::move(scope)});
    return {{"resourceLogs", Json::array({std::move(resource)})}};
}

} // namespace

std::string OtelEncoder::encode(const Record& record, std::uint64_t now) const {
    const auto values = object_of(record, options_, now);
    const auto* report = std::get_if<Report>(&record);
    const auto time = report != nullptr ? report->time_real : now;
    const auto body = values.value("title", sentence_of(record));
    // An AnyValue takes about four times as much as the JSON that it is made of.
    return fitted_line(
        values, {.line = options_.max_line, .report = options_.max_line / 2 / 4},
        [&](const Json& some) { return otel_of(some, body, time); });
}

} // namespace error_report
