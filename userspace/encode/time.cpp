// SPDX-License-Identifier: MIT
#include "encode/time.h"

#include <ctime>
#include <fmt/format.h>

namespace error_report {
namespace {

constexpr std::uint64_t ns_per_second = 1'000'000'000;

std::tm broken_down(std::uint64_t ns, bool utc) {
    const auto seconds = static_cast<std::time_t>(ns / ns_per_second);
    std::tm result{};
    if (utc)
        gmtime_r(&seconds, &result);
    else
        localtime_r(&seconds, &result);
    return result;
}

std::string date_time(const std::tm& time, char between) {
    return fmt::format(
        "{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", time.tm_year + 1900, time.tm_mon + 1, time.tm_mday,
        between, time.tm_hour, time.tm_min, time.tm_sec);
}

} // namespace

std::string rfc3339_utc(std::uint64_t ns) {
    return fmt::format("{}.{:09}Z", date_time(broken_down(ns, true), 'T'), ns % ns_per_second);
}

std::string short_time(std::uint64_t ns, bool utc) {
    return date_time(broken_down(ns, utc), ' ');
}

std::string full_time(std::uint64_t ns, bool utc) {
    constexpr std::uint64_t ns_per_us = 1000;
    return fmt::format("{}.{:06}", short_time(ns, utc), ns % ns_per_second / ns_per_us);
}

} // namespace error_report
