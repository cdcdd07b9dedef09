// SPDX-License-Identifier: MIT
#include "encode/parsed.h"

#include "encode/line.h"
#include "encode/utf8.h"
#include "report/report.h"

#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

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
    auto result = Json::object();
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
    auto result = Json::object();
    put(result, "kind", access.kind);
    put(result, "size", access.size);
    put_address(result, "address", access.address);
    return result;
}

Json json_of(const Task& task) {
    auto result = Json::object();
    put(result, "comm", task.comm);
    put(result, "pid", task.pid);
    put(result, "cpu", task.cpu);
    return result;
}

Json json_of(const Object& memory) {
    auto result = Json::object();
    put(result, "cache", memory.cache);
    put(result, "size", memory.size);
    put_address(result, "start", memory.start);
    put(result, "region", memory.region);
    return result;
}

Json json_of(const Module& module) {
    auto result = Json::object();
    put(result, "name", module.name);
    put(result, "flags", module.flags);
    put(result, "build_id", module.build_id);
    return result;
}

// How much of a report is written; each leaves out more than the one before.
enum class Detail : unsigned char {
    all,
    exact,    // no modules, no inexact frames
    faulting, // of the stacks the faulting one
    no_stack,
    nothing,
};

constexpr std::array details{
    Detail::all, Detail::exact, Detail::faulting, Detail::no_stack, Detail::nothing};

Json frames_of(const Stack& stack, Detail detail) {
    auto result = Json::array();
    for (const auto& frame : stack.frames)
        if (detail == Detail::all || !frame.inexact)
            result.push_back(json_of(frame));
    return result;
}

Json stacks_of(const ParsedReport& parsed, Detail detail) {
    auto result = Json::array();
    if (detail >= Detail::no_stack)
        return result;
    for (const auto& stack : parsed.stacks) {
        if (detail >= Detail::faulting && stack.kind != StackKind::faulting)
            continue;
        Json object{{"kind", stack_kind_name(stack.kind)}};
        put(object, "title", stack.title);
        put(object, "pid", stack.pid);
        object["frames"] = frames_of(stack, detail);
        result.push_back(std::move(object));
    }
    return result;
}

Json modules_of(const ParsedReport& parsed, Detail detail) {
    auto result = Json::array();
    if (detail == Detail::all)
        for (const auto& module : parsed.modules)
            result.push_back(json_of(module));
    return result;
}

template <class T>
void put_known(Json& object, const char* name, const std::optional<T>& part) {
    if (part)
        put_part(object, name, json_of(*part));
}

Json report_of(const ParsedReport& parsed, Detail detail) {
    auto result = Json::object();
    if (detail == Detail::nothing)
        return result;
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
    put_part(result, "stacks", stacks_of(parsed, detail));
    put_part(result, "modules", modules_of(parsed, detail));
    put(result, "reduced", detail != Detail::all);
    return result;
}

} // namespace

void put_parsed(Json& object, const ParsedReport& parsed, std::size_t most_bytes) {
    put(object, "title", parsed.title);
    put(object, "fingerprint", parsed.fingerprint);
    if (parsed.category.empty())
        return;
    for (const auto detail : details) {
        auto report = report_of(parsed, detail);
        if (most_bytes != 0 && line_of(report).size() > most_bytes)
            continue;
        return put_part(object, "report", std::move(report));
    }
}

} // namespace error_report
