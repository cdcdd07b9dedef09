// SPDX-License-Identifier: MIT
// The values of --source. A source is one file that implements Source, and one entry in
// source_kinds().
#pragma once

#include "report/error.h"
#include "source/netlink.h"
#include "source/source.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace error_report {

struct SourceOptions {
    std::size_t receive_buffer = NetlinkOptions{}.receive_buffer; // bytes
};

struct OpenedSource {
    std::unique_ptr<Source> source;
    std::string note; // something that a person should know, or empty
};

struct SourceKind {
    std::string_view name;
    std::string_view argument; // what follows the name and a colon, empty for nothing
    std::string_view description;
    Result<OpenedSource> (*open)(const std::string& argument, const SourceOptions& options);
};

std::span<const SourceKind> source_kinds();

// What a value names, not opened yet.
struct SourceChoice {
    const SourceKind* kind = nullptr;
    std::string argument;

    [[nodiscard]] Result<OpenedSource> open(const SourceOptions& options) const {
        return kind->open(argument, options);
    }
};

// The table of sources, for --help.
std::string sources_help();

// "netlink", or "replay:FILE".
Result<SourceChoice> parse_source(std::string_view value);

} // namespace error_report
