// SPDX-License-Identifier: MIT
#include "encode/tree.h"

#include "encode/line.h"
#include "encode/utf8.h"

#include <string>
#include <utility>

namespace error_report {

using Json = nlohmann::ordered_json;

Json& TreeValues::add(std::string_view name, Json value) {
    auto& place = *open_.back();
    if (place.is_array()) {
        place.push_back(std::move(value));
        return place.back();
    }
    auto& member = place[std::string(name)];
    member = std::move(value);
    return member;
}

void TreeValues::text(std::string_view name, std::string_view bytes) {
    add(name, to_utf8(bytes).text);
}

void TreeValues::number(std::string_view name, std::uint64_t value) {
    add(name, value);
}

void TreeValues::truth(std::string_view name, bool value) {
    add(name, value);
}

void TreeValues::begin_object(std::string_view name, std::size_t most) {
    open_.push_back(&add(name, object_for(most)));
}

void TreeValues::begin_array(std::string_view name, std::size_t most) {
    auto& array = add(name, Json::array());
    array.get_ref<Json::array_t&>().reserve(most);
    open_.push_back(&array);
}

void TreeValues::end() {
    open_.pop_back();
}

void TreeValues::end_unless_empty() {
    const bool empty = open_.back()->empty();
    open_.pop_back();
    if (!empty)
        return;
    // It was the last that came.
    if (auto& place = *open_.back(); place.is_array())
        place.get_ref<Json::array_t&>().pop_back();
    else
        place.get_ref<Json::object_t&>().pop_back();
}

} // namespace error_report
