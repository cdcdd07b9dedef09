// SPDX-License-Identifier: MIT
// What --output can name. A sink is one file that implements Sink, and one entry in sinks().
#pragma once

#include "report/error.h"
#include "sink/file.h"
#include "sink/sink.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace error_report {

struct SinkKind {
    std::string_view name;
    std::string_view argument; // what must stand behind "name:", as help calls it; empty if nothing
    std::string_view description;
    std::string_view default_format;
    std::string_view only_format; // empty if it takes any
    // The owner matters to root only. What was opened works without privileges.
    Result<std::unique_ptr<Sink>> (*open)(
        const std::string& argument, const std::optional<Owner>& owner);
};

std::span<const SinkKind> sinks();

// nullptr if there is no such sink.
const SinkKind* find_sink(std::string_view name);

} // namespace error_report
