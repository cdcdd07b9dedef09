// SPDX-License-Identifier: MIT
// What the tool knows of headlines is what the module knows.
#include "source/headline.h"

#include "pure.h"

#include <gtest/gtest.h>
#include <string>

namespace error_report {
namespace {

TEST(Headline, IsTheModules) {
    for (const auto& headline : headlines()) {
        const auto* detector = ern_detector_by_tool(std::string(headline.tool).c_str());
        ASSERT_NE(detector, nullptr) << headline.tool;
        EXPECT_EQ(detector->headline, headline.begins);
        EXPECT_EQ(detector->opens == ERN_MARK_RULE, headline.is_first);
        EXPECT_EQ(detector->fires_event, headline.fires_event);
    }
}

} // namespace
} // namespace error_report
