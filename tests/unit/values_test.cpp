// SPDX-License-Identifier: MIT
#include "encode/line.h"
#include "encode/object.h"
#include "encode/tree.h"

#include "sample.h"

#include <functional>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace error_report {
namespace {

// The line that both ways make of the values.
std::string line(const std::function<void(Values&)>& put) {
    auto object = nlohmann::ordered_json::object();
    TreeValues tree(object);
    put(tree);
    LineValues values(0);
    put(values);
    auto result = std::move(values).finish();
    EXPECT_EQ(result, line_of(object));
    return result;
}

TEST(Values, StandInTheirOrder) {
    EXPECT_EQ(
        line([](Values& values) {
            values.text("text", "a\"\xff");
            values.number("number", 7);
            values.truth("yes", true);
            values.truth("no", false);
        }),
        R"({"text":"a\"\ufffd","number":7,"yes":true,"no":false})"
        "\n");
}

TEST(Values, MayBeNone) {
    EXPECT_EQ(line([](Values&) {}), "{}\n");
}

TEST(Values, MayHaveValuesThemselves) {
    EXPECT_EQ(
        line([](Values& values) {
            values.begin_object("object", 1);
            values.begin_array("array", 3);
            values.number({}, 1);
            values.text({}, "b");
            values.begin_object({}, 1);
            values.number("c", 3);
            values.end();
            values.end();
            values.number("behind", 4);
            values.end();
        }),
        R"({"object":{"array":[1,"b",{"c":3}],"behind":4}})"
        "\n");
}

TEST(Values, AreKeptOrDroppedWhenEmpty) {
    for (const bool first : {true, false})
        for (const bool last : {true, false}) {
            const auto put = [&](Values& values) {
                if (first)
                    values.number("first", 1);
                values.begin_array("kept", 0);
                values.end();
                values.begin_array("dropped", 0);
                values.end_unless_empty();
                values.begin_object("dropped, too", 0);
                values.begin_object("inner", 0);
                values.end_unless_empty();
                values.end_unless_empty();
                if (last)
                    values.number("last", 2);
            };
            EXPECT_EQ(
                line(put), std::string("{") + (first ? R"("first":1,)" : "") + R"("kept":[])" +
                               (last ? R"(,"last":2)" : "") + "}\n");
        }
}

TEST(Values, AreDroppedWhereTheyWereTheFirst) {
    EXPECT_EQ(
        line([](Values& values) {
            values.begin_object("dropped", 0);
            values.end_unless_empty();
            values.begin_array("array", 2);
            values.begin_object({}, 0);
            values.end_unless_empty();
            values.number({}, 1);
            values.end();
        }),
        R"({"array":[1]})"
        "\n");
}

TEST(Values, OfARecordAreTheSameLineEitherWay) {
    auto report = test::sample();
    report.text = "BUG: KASAN: slab-use-after-free in f+0x1/0x2 [m]\n"
                  "Read of size 8 at addr ffff888012345678 by task cat/42\n"
                  "Call Trace:\n f+0x1/0x2 [m]\n ? g+0x3/0x4\n";
    const EncoderOptions options{.origin = test::origin};
    for (const Record& record :
         {Record(report), Record(test::numbered_report(1, 2)), Record(Start{}), Record(Lost{}),
          Record(Resync{}), Record(FamilyDown{}), Record(FamilyUp{}), Record(Stop{}),
          Record(Suppressed{.seqs = {{1, 2}, {4, 4}}})})
        line([&](Values& values) { put_values(values, record, options, 5); });
}

} // namespace
} // namespace error_report
