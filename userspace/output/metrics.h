// SPDX-License-Identifier: MIT
// The stream's counters in the text format of Prometheus, for node_exporter's textfile collector.
#pragma once

#include "output/tally.h"
#include "output/writer.h"

#include <span>
#include <string>
#include <vector>

namespace error_report {

struct OutputMetrics {
    std::string name;
    Writer::Counters counters;
};

// Pure.
std::string metrics_text(const Tally& tally, std::span<const OutputMetrics> outputs);

} // namespace error_report
