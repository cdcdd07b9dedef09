// SPDX-License-Identifier: MIT
#include "output/state.h"

#include "output/file.h"
#include "report/report.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <utility>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int version = 1;

std::optional<std::uint64_t> hex_number(const Json& value) {
    const auto text = value.is_string() ? value.get<std::string>() : std::string();
    std::uint64_t number = 0;
    if (!text.starts_with("0x"))
        return std::nullopt;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + 2, end, number, 16);
    if (parsed.ec != std::errc() || parsed.ptr != end)
        return std::nullopt;
    return number;
}

std::optional<Position> position_of(const Json& value) {
    const auto instance = value.is_object() && value.contains("instance")
                              ? hex_number(value["instance"])
                              : std::nullopt;
    if (!instance || !value.contains("seq") || !value["seq"].is_number_unsigned())
        return std::nullopt;
    return Position{*instance, value["seq"].get<std::uint64_t>()};
}

// Nothing if one of them cannot be understood.
std::optional<std::map<std::string, Position, std::less<>>> positions_of(const Json& values) {
    std::map<std::string, Position, std::less<>> result;
    for (const auto& [output, value] : values.items()) {
        const auto position = position_of(value);
        if (!position)
            return std::nullopt;
        result.emplace(output, *position);
    }
    return result;
}

Json json_of(const std::map<std::string, Position, std::less<>>& positions) {
    auto result = Json::object();
    for (const auto& [output, position] : positions)
        result[output] = {
            {"instance", fmt::format("{:#018x}", position.instance)}, {"seq", position.seq}};
    return result;
}

} // namespace

Result<State> State::open(
    std::string path, std::string boot_id, const std::vector<std::string>& outputs,
    std::string& note) {
    State state(std::move(path), std::move(boot_id));
    note = state.read();
    for (auto* positions : {&state.positions_, &state.recovered_})
        std::erase_if(*positions, [&](const auto& saved) {
            return std::ranges::find(outputs, saved.first) == outputs.end();
        });
    // So that a folder without permission shows at the start, not at the first report.
    if (auto written = state.write(); !written)
        return tl::unexpected(written.error());
    return state;
}

std::string State::read() {
    std::ifstream file(path_);
    if (!file)
        return {};
    const auto content = Json::parse(file, nullptr, false);
    auto odd = fmt::format("the state in {} cannot be understood and is not used", path_);
    if (!content.is_object() || content.value("version", Json()) != version ||
        !content.contains("boot_id") || !content.contains("outputs") ||
        !content["outputs"].is_object())
        return odd;
    if (content["boot_id"] != boot_id_)
        return {};
    auto found = positions_of(content["outputs"]);
    auto recovered = positions_of(content.value("recovered", Json::object()));
    if (!found || !recovered)
        return odd;
    positions_ = std::move(*found);
    recovered_ = std::move(*recovered);
    return {};
}

std::optional<Position> State::find(std::string_view output) const {
    const std::lock_guard lock(*mutex_);
    const auto found = positions_.find(output);
    return found == positions_.end() ? std::nullopt : std::optional(found->second);
}

Position State::recovered(std::string_view output) const {
    const std::lock_guard lock(*mutex_);
    const auto found = recovered_.find(output);
    return found == recovered_.end() ? Position{log_instance, 0} : found->second;
}

Result<void> State::save(const std::string& output, Position position) {
    const std::lock_guard lock(*mutex_);
    (position.instance == log_instance ? recovered_ : positions_)[output] = position;
    return write();
}

Result<void> State::write() const {
    Json content{{"version", version}, {"boot_id", boot_id_}, {"outputs", json_of(positions_)}};
    if (!recovered_.empty())
        content["recovered"] = json_of(recovered_);
    const auto text = content.dump(-1, ' ', true, Json::error_handler_t::replace) + '\n';

    return replace_file(path_, text, S_IRUSR | S_IWUSR | S_IRGRP);
}

} // namespace error_report
