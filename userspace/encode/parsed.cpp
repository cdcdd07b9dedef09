// SPDX-License-Identifier: MIT
#include "encode/parsed.h"

#include "encode/line.h"
#include "encode/put.h"
#include "report/report.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

void put_address(Values& values, std::string_view name, std::optional<std::uint64_t> value) {
    if (value)
        put_hex(values, name, *value);
}

void put_if(Values& values, std::string_view name, bool value) {
    if (value)
        values.truth(name, true);
}

void put(Values& values, const Location& at) {
    put(values, "function", at.function);
    put(values, "offset", at.offset);
    put(values, "size", at.size);
    put(values, "module", at.module);
    put(values, "build_id", at.build_id);
    put(values, "file", at.file);
    put(values, "line", at.line);
}

void put(Values& values, const Frame& frame) {
    put(values, frame.at);
    put_address(values, "address", frame.address);
    put_if(values, "inexact", frame.inexact);
    put_if(values, "inlined", frame.inlined);
    put_if(values, "interrupted", frame.interrupted);
}

void put(Values& values, const Access& access) {
    put(values, "kind", access.kind);
    put(values, "size", access.size);
    put_address(values, "address", access.address);
    put(values, "pointer_tag", access.pointer_tag);
    put(values, "memory_tag", access.memory_tag);
}

void put(Values& values, const Task& task) {
    put(values, "comm", task.comm);
    put(values, "pid", task.pid);
    put(values, "cpu", task.cpu);
}

void put(Values& values, const Object& memory) {
    put(values, "cache", memory.cache);
    put(values, "size", memory.size);
    put_address(values, "start", memory.start);
    put(values, "region", memory.region);
}

void put(Values& values, const Module& module) {
    put(values, "name", module.name);
    put(values, "flags", module.flags);
    put(values, "build_id", module.build_id);
}

void put(Values& values, const Stack& stack);

constexpr std::size_t most_of_a_part = 10;

template <class T>
void put_each(Values& values, const std::vector<T>& parts) {
    for (const auto& part : parts) {
        values.begin_object({}, most_of_a_part);
        put(values, part);
        values.end();
    }
}

void put(Values& values, const Stack& stack) {
    put(values, "kind", stack_kind_name(stack.kind));
    put(values, "title", stack.title);
    put(values, "pid", stack.pid);
    values.begin_array("frames", stack.frames.size());
    put_each(values, stack.frames);
    values.end();
}

template <class T>
void put_known(Values& values, std::string_view name, const std::optional<T>& part) {
    if (!part)
        return;
    values.begin_object(name, most_of_a_part);
    put(values, *part);
    values.end_unless_empty();
}

template <class T>
void put_all(Values& values, std::string_view name, const std::vector<T>& parts) {
    values.begin_array(name, parts.size());
    put_each(values, parts);
    values.end_unless_empty();
}

void put(Values& values, const ParsedReport& parsed) {
    put(values, "category", parsed.category);
    put(values, "type", parsed.type);
    put(values, "function", parsed.function);
    put(values, "message", parsed.message);
    put_known(values, "access", parsed.access);
    put_known(values, "location", parsed.location);
    put_known(values, "object", parsed.object);
    put_known(values, "task", parsed.task);
    put(values, "workqueue", parsed.workqueue);
    put(values, "taint", parsed.taint);
    put(values, "kernel", parsed.kernel);
    put(values, "build", parsed.build);
    put(values, "hardware", parsed.hardware);
    put_all(values, "stacks", parsed.stacks);
    put_all(values, "modules", parsed.modules);
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
    if (!faulting.empty())
        report["stacks"] = std::move(faulting);
}

void leave_no_stack(Json& report) {
    report.erase("stacks");
}

} // namespace

void put_parsed(Values& values, const ParsedReport& parsed) {
    constexpr std::size_t most = 16;
    put(values, "title", parsed.title);
    put(values, "fingerprint", parsed.fingerprint);
    if (parsed.category.empty())
        return;
    values.begin_object("report", most);
    put(values, parsed);
    values.end();
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
