// SPDX-License-Identifier: MIT
#include "encode/ecs.h"

#include "encode/line.h"
#include "encode/mapping.h"
#include "encode/object.h"
#include "encode/sentence.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* ecs_version = "8.11.0";

// "host.os.kernel" is an object in an object.
void put(Json& object, std::string_view path, const Json& value) {
    auto* place = &object;
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
        place = &(*place)[std::string(path.substr(0, dot))];
        path.remove_prefix(dot + 1);
    }
    (*place)[std::string(path)] = value;
}

// What ECS wants beside what we have.
void put_kind(Json& object, const Json& values) {
    const auto event = values["event"].get<std::string>();
    const bool report = event == "report";
    put(object, "ecs.version", ecs_version);
    put(object, "event.kind", report ? "event" : "state");
    put(object, "event.category", Json::array({"host"}));
    put(object, "event.type", Json::array({report ? "error" : "info"}));
    put(object, "event.module", "error_report");
    put(object, "event.dataset", "error_report." + event);
    put(object, "host.os.type", "linux");
    if (!report)
        return;
    put(object, "event.id", values["instance"].get<std::string>() + ':' + values["seq"].dump());
    put(object, "log.level", values["tool"] == "warning" ? "warning" : "error");
    put(object, "error.message", values["title"]);
    if (values.contains("report"))
        put(object, "error.type", values["report"].value("type", ""));
}

// What is ours alone, and of no use to others.
bool is_internal(std::string_view name) {
    return name == "schema" || name == "event";
}

Json ecs_of(const Json& values) {
    auto object = Json::object();
    object["@timestamp"] = values["time"];
    put_kind(object, values);
    for (const auto& [name, value] : values.items())
        if (!is_internal(name))
            put(object, name_in(ecs_mapping(), name), value);
    return object;
}

} // namespace

std::string EcsEncoder::encode(const Record& record, std::uint64_t now) const {
    auto values = object_of(record, options_, now);
    // What is said about the stream has no title.
    if (!values.contains("title"))
        values["title"] = sentence_of(record);
    return fitted_line(std::move(values), {.line = options_.max_line}, ecs_of);
}

} // namespace error_report
