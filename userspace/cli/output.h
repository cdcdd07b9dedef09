// SPDX-License-Identifier: MIT
// --output [FORMAT@]SINK → which format goes where. Nothing is opened here.
#pragma once

#include "encode/encoder.h"
#include "report/error.h"
#include "sink/sinks.h"

#include <string>
#include <string_view>

namespace error_report {

struct Output {
    const Format* format = nullptr; // never nullptr in what parse_output() returns, nor is sink
    const SinkKind* sink = nullptr;
    std::string argument;
};

// The error names what there is.
Result<Output> parse_output(std::string_view text);

// The tables of formats and sinks, for --help.
std::string outputs_help();

} // namespace error_report
