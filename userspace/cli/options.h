// SPDX-License-Identifier: MIT
// What the command line says, as plain data.
#pragma once

#include "encode/json.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace error_report {

struct Options {
    bool json = false;
    bool utc = false;
    bool backlog = false;
    std::uint64_t seq = 0;
    std::uint64_t from = 1;
    std::optional<std::uint64_t> count;
    std::size_t max_line = JsonEncoder::default_max_line;
};

} // namespace error_report
