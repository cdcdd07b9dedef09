// SPDX-License-Identifier: MIT
#include "encode/parsed.h"

#include "encode/line.h"
#include "encode/utf8.h"
#include "report/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

// What is unknown is absent.
void put(Json& object, const char* name, std::string_view value) {
    if (!value.empty())
        object[name] = to_utf8(value).text;
}

// A number that JavaScript would round is none that a kernel means.
void put(Json& object, const char* name, std::optional<std::uint64_t> value) {
    if (value && *value <= largest_integer)
        object[name] = *value;
}

void put(Json& object, const char* name, bool value) {
    if (value)
        object[name] = true;
}

void put_address(Json& object, const char* name, std::optional<std::uint64_t> value) {
    if (value)
        object[name] = fmt::format("{:#018x}", *value);
}

void put_part(Json& object, const char* name, Json part) {
    if (!part.empty())
        object[name] = std::move(part);
}

Json json_of(const Location& at) {
    auto result = object_for(10);
    put(result, "function", at.function);
    put(result, "offset", at.offset);
    put(result, "size", at.size);
    put(result, "module", at.module);
    put(result, "build_id", at.build_id);
    put(result, "file", at.file);
    put(result, "line", at.line);
    return result;
}

Json json_of(const Frame& frame) {
    auto result = json_of(frame.at);
    put_address(result, "address", frame.address);
    put(result, "inexact", frame.inexact);
    put(result, "inlined", frame.inlined);
    put(result, "interrupted", frame.interrupted);
    return result;
}

Json json_of(const Access& access) {
    auto result = object_for(3);
    put(result, "kind", access.kind);
    put(result, "size", access.size);
    put_address(result, "address", access.address);
    return result;
}

Json json_of(const Task& task) {
    auto result = object_for(3);
    put(result, "comm", task.comm);
    put(result, "pid", task.pid);
    put(result, "cpu", task.cpu);
    return result;
}

Json json_of(const Object& memory) {
    auto result = object_for(4);
    put(result, "cache", memory.cache);
    put(result, "size", memory.size);
    put_address(result, "start", memory.start);
    put(result, "region", memory.region);
    return result;
}

Json json_of(const Module& module) {
    auto result = object_for(3);
    put(result, "name", module.name);
    put(result, "flags", module.flags);
    put(result, "build_id", module.build_id);
    return result;
}

Json json_of(const Stack& stack);

template <class T>
Json array_of(const std::vector<T>& parts) {
    auto result = Json::array();
    result.get_ref<Json::array_t&>().reserve(parts.size());
    for (const auto& part : parts)
        result.push_back(json_of(part));
    return result;
}

Json json_of(const Stack& stack) {
    auto result = object_for(4);
    put(result, "kind", stack_kind_name(stack.kind));
    put(result, "title", stack.title);
    put(result, "pid", stack.pid);
    result["frames"] = array_of(stack.frames);
    return result;
}

template <class T>
void put_known(Json& object, const char* name, const std::optional<T>& part) {
    if (part)
        put_part(object, name, json_of(*part));
}

Json json_of(const ParsedReport& parsed) {
    auto result = object_for(16);
    put(result, "category", parsed.category);
    put(result, "type", parsed.type);
    put(result, "function", parsed.function);
    put(result, "message", parsed.message);
    put_known(result, "access", parsed.access);
    put_known(result, "location", parsed.location);
    put_known(result, "object", parsed.object);
    put_known(result, "task", parsed.task);
    put(result, "workqueue", parsed.workqueue);
    put(result, "taint", parsed.taint);
    put(result, "kernel", parsed.kernel);
    put(result, "build", parsed.build);
    put(result, "hardware", parsed.hardware);
    put_part(result, "stacks", array_of(parsed.stacks));
    put_part(result, "modules", array_of(parsed.modules));
    return result;
}

// What keep says of the elements of an array.
template <class Keep>
Json filtered(Json& elements, Keep keep) {
    auto result = Json::array();
    for (auto& element : elements)
        if (keep(element))
            result.push_back(std::move(element));
    return result;
}

void leave_out_inexact(Json& report) {
    report.erase("modules");
    if (!report.contains("stacks"))
        return;
    for (auto& stack : report["stacks"])
        stack["frames"] =
            filtered(stack["frames"], [](const Json& frame) { return !frame.contains("inexact"); });
}

void leave_faulting(Json& report) {
    if (!report.contains("stacks"))
        return;
    auto faulting = filtered(report["stacks"], [](const Json& stack) {
        return stack["kind"] == stack_kind_name(StackKind::faulting);
    });
    report.erase("stacks");
    put_part(report, "stacks", std::move(faulting));
}

void leave_no_stack(Json& report) {
    report.erase("stacks");
}

} // namespace

void put_parsed(Json& object, const ParsedReport& parsed) {
    put(object, "title", parsed.title);
    put(object, "fingerprint", parsed.fingerprint);
    if (!parsed.category.empty())
        put_part(object, "report", json_of(parsed));
}

void reduce_report(Json& object, std::size_t most_bytes) {
    const auto report = object.find("report");
    if (report == object.end())
        return;
    for (const auto leave_out : {leave_out_inexact, leave_faulting, leave_no_stack}) {
        if (line_of(*report).size() <= most_bytes)
            return;
        leave_out(*report);
        (*report)["reduced"] = true;
    }
    if (line_of(*report).size() > most_bytes)
        object.erase("report");
}

} // namespace error_report
