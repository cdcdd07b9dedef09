// SPDX-License-Identifier: MIT
// What the command line says, as plain data.
#pragma once

#include "encode/json.h"
#include "encode/monitoring.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace error_report {

struct Options {
    bool json = false;
    bool utc = false;
    bool backlog = false;
    bool no_text = false;
    bool keep_privileges = false;
    bool recover = false;
    bool redact = false;
    std::string file;
    bool check = false;
    Thresholds thresholds;
    std::uint64_t seq = 0;
    std::uint64_t from = 1;
    std::optional<std::uint64_t> count;
    std::vector<std::string> files;
    std::string format = "json";
    std::size_t max_line = JsonEncoder::default_max_line;
    std::size_t queue = std::size_t{16} << 20;         // bytes an output
    std::size_t receive_buffer = std::size_t{8} << 20; // bytes
    std::string source = "netlink";
    std::vector<std::string> outputs{"stdout"};
    std::vector<std::string> tools;     // none means all
    std::optional<std::uint64_t> dedup; // seconds
    std::optional<std::string> state;
    std::optional<std::string> metrics;
    std::optional<std::string> user;
};

} // namespace error_report
