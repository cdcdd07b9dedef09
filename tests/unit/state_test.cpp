// SPDX-License-Identifier: MIT
#include "output/state.h"

#include "report/report.h"
#include "temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <string>

namespace error_report {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* boot = "4d1c9c5e-0000-0000-0000-000000000000";

class StateTest : public testing::Test {
  protected:
    std::string path() const { return folder_ / "state"; }

    State open(const std::string& boot_id = boot) {
        auto state = State::open(path(), boot_id, {"a", "b"}, note_);
        EXPECT_TRUE(state) << (state ? "" : state.error().message);
        return std::move(*state);
    }

    void write(const std::string& text) { std::ofstream(path()) << text; }

    test::TemporaryFolder folder_;
    std::string note_;
};

TEST_F(StateTest, HasNothingAtFirst) {
    EXPECT_EQ(open().find("a"), std::nullopt);
    EXPECT_THAT(note_, IsEmpty());
}

TEST_F(StateTest, FindsWhatAnEarlierRunSavedForEachOutput) {
    {
        auto state = open();
        state.save("a", {~std::uint64_t{0}, 5});
        state.save("b", {1, 7});
        state.save("a", {~std::uint64_t{0}, 6});
    }
    const auto state = open();

    EXPECT_EQ(state.find("a"), (Position{~std::uint64_t{0}, 6}));
    EXPECT_EQ(state.find("b"), (Position{1, 7}));
}

TEST_F(StateTest, KeepsWhatWasRecoveredApart) {
    EXPECT_EQ(open().recovered("a"), (Position{log_instance, 0}));
    {
        auto state = open();
        state.save("a", {log_instance, 700});
        state.save("a", {1, 5});
    }

    EXPECT_EQ(open().find("a"), (Position{1, 5}));
    EXPECT_EQ(open().recovered("a"), (Position{log_instance, 700}));
    EXPECT_EQ(open().recovered("b"), (Position{log_instance, 0}));
}

TEST_F(StateTest, KeepsAnOutputsPositionWhileAnotherSaves) {
    open().save("a", {1, 5});
    open().save("b", {1, 7});

    EXPECT_EQ(open().find("a"), (Position{1, 5}));
}

TEST_F(StateTest, ForgetsOutputsThatAreNotInUse) {
    write(
        R"({"version":1,"boot_id":")" + std::string(boot) +
        R"(","outputs":{"old":{"instance":"0x01","seq":1}}})");

    open();

    EXPECT_EQ(open().find("old"), std::nullopt);
}

TEST_F(StateTest, IsWorthNothingAfterAReboot) {
    open().save("a", {1, 5});

    EXPECT_EQ(open("another boot").find("a"), std::nullopt);
    EXPECT_THAT(note_, IsEmpty());
}

TEST_F(StateTest, SaysWhenItCannotBeUnderstood) {
    for (const auto* text :
         {"", "nonsense", "[]", R"({"version":2})", R"({"version":1,"boot_id":[],"outputs":3})",
          "\xff\xfe{"}) {
        write(text);
        open();
        EXPECT_THAT(note_, HasSubstr("cannot be understood")) << text;
    }
}

TEST_F(StateTest, SaysWhenAPositionCannotBeUnderstoodAndUsesNone) {
    for (const auto* position :
         {"5", "{}", R"({"instance":"12","seq":1})", R"({"instance":"0x","seq":1})",
          R"({"instance":"0x1z","seq":1})", R"({"instance":"0x1","seq":-1})",
          R"({"instance":"0x1","seq":"1"})"}) {
        write(
            R"({"version":1,"boot_id":")" + std::string(boot) + R"(","outputs":{"a":)" +
            R"({"instance":"0x1","seq":1},"b":)" + position + "}}");
        EXPECT_EQ(open().find("a"), std::nullopt) << position;
        EXPECT_THAT(note_, HasSubstr("cannot be understood")) << position;
    }
}

TEST_F(StateTest, IsReplacedInOneStep) {
    auto state = open();
    state.save("a", {1, 5});
    std::ifstream before(path());
    state.save("a", {1, 6});

    // Whoever had opened the old one still reads it whole.
    const std::string text{std::istreambuf_iterator<char>(before), {}};
    EXPECT_THAT(text, testing::EndsWith("}\n"));
    EXPECT_THAT(text, HasSubstr(R"("seq":5)"));
}

TEST_F(StateTest, TellsWhyItCannotBeWritten) {
    std::string note;
    const auto state = State::open("/nowhere/state", boot, {}, note);

    ASSERT_FALSE(state);
    EXPECT_EQ(state.error().message, "cannot write /nowhere/state: No such file or directory");
}

TEST_F(StateTest, FollowsNoLinkInPlaceOfItsTemporaryFile) {
    std::filesystem::create_symlink(folder_ / "victim", path() + ".new");
    std::string note;

    EXPECT_FALSE(State::open(path(), boot, {}, note));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "victim"));
}

} // namespace
} // namespace error_report
