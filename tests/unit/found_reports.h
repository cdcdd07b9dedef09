// SPDX-License-Identifier: MIT
#pragma once

#include "parse/finder.h"
#include "parse/splitter.h"

#include <string_view>
#include <vector>

namespace error_report::test {

// Those in a whole log.
inline std::vector<FoundReport> reports_in(std::string_view log) {
    std::vector<FoundReport> result;
    ReportFinder finder([&](const FoundReport& found) { result.push_back(found); });
    LineSplitter splitter;
    const auto take = [&](std::string_view line) { finder.line(line); };
    splitter.feed(log, take);
    splitter.finish(take);
    finder.finish();
    return result;
}

} // namespace error_report::test
