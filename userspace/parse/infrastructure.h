// SPDX-License-Identifier: MIT
// Functions that stand in every stack and say nothing about the bug.
#pragma once

#include <span>
#include <string_view>

namespace error_report {

// Helpers that many callers share (allocators, locks, strings, lists …), and what reports and
// exceptions themselves need: a title and a fingerprint name what is behind them.
bool is_infrastructure(std::string_view function);

// The ways into the kernel, which every task's stack ends with.
bool is_entry(std::string_view function);

// Dispatchers of work: a CPU that loops does so in what one of these called.
bool is_dispatcher(std::string_view function);

// parts as in Detector::skip: "^x" a beginning, "x$" an end, "^x$" a whole name, "x" anywhere.
bool matches_any(std::string_view function, std::span<const std::string_view> parts);

} // namespace error_report
