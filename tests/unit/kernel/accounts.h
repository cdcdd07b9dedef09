// SPDX-License-Identifier: GPL-2.0-only
// What was fired against what was collected.
#ifndef ERN_TESTS_ACCOUNTS_H
#define ERN_TESTS_ACCOUNTS_H

#include <algorithm>
#include <cctype>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "machine.h"

inline bool ended_by_event(const Collected& report) {
    return !(report.flags & (ERROR_REPORT_FLAG_NO_EVENT | ERROR_REPORT_FLAG_UNTERMINATED));
}

// The id that every line carries, if it is the same one.
inline std::optional<u64> only_id(const std::string& text) {
    std::optional<u64> id;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        for (const char* headline : {"WARNING: ", "BUG: KASAN: ", "UBSAN: "})
            if (line.starts_with(headline))
                line.erase(0, std::strlen(headline));
        if (!line.starts_with('r'))
            return {};
        const u64 of_line = std::stoull(line.substr(2));
        if (id && *id != of_line)
            return {};
        id = of_line;
    }
    return id;
}

inline bool checksum_matches(const std::string& text) {
    const size_t last = text.rfind('\n');
    return last != text.npos &&
           text.ends_with(
               "checksum " + std::to_string(checksum(std::string_view(text).substr(0, last))));
}

inline u32 expected_flags(const Fired& fired) {
    u32 flags = 0;
    if (fired.length > slot_size)
        flags |= ERROR_REPORT_FLAG_TRUNCATED;
    if (fired.kind == Kind::ubsan)
        flags |= ERROR_REPORT_FLAG_NO_EVENT;
    if (fired.kind == Kind::abandoned)
        flags |= ERROR_REPORT_FLAG_UNTERMINATED;
    if (fired.kind == Kind::event_only)
        flags |= ERROR_REPORT_FLAG_NO_TEXT;
    return flags;
}

// Every report came out once, and as it was printed.
inline void expect_all_whole(Machine& machine, const std::vector<Fired>& fired) {
    ASSERT_EQ(machine.lost(), 0u);
    std::map<u64, const Collected*> by_id;
    for (const Collected& report : machine.collected()) {
        const std::optional<u64> id = report.text.empty() ? report.id : only_id(report.text);
        ASSERT_TRUE(id) << "lines of several reports in one:\n" << report.text;
        ASSERT_TRUE(by_id.emplace(*id, &report).second)
            << "twice, flags " << by_id[*id]->flags << ":\n"
            << by_id[*id]->text << "\nand, flags " << report.flags << ":\n"
            << report.text;
    }
    ASSERT_EQ(by_id.size(), fired.size());
    for (const Fired& one : fired) {
        ASSERT_TRUE(by_id.contains(one.id));
        const Collected& report = *by_id[one.id];
        ASSERT_EQ(report.flags, expected_flags(one)) << report.tool << '\n' << report.text;
        ASSERT_EQ(report.length, one.length) << report.text;
        if (has_event(one.kind)) {
            ASSERT_EQ(report.id, one.id) << report.text;
        }
        if (one.length && one.length <= slot_size) {
            ASSERT_TRUE(checksum_matches(report.text)) << report.text;
        }
    }
    EXPECT_THAT(machine.owners(), testing::Each(0ul));
    EXPECT_EQ(atomic_read(&machine.assembler.active), 0);
}

// Whatever else happens to the text: an event makes a report or a loss, and what
// another context printed is in none.
inline void expect_every_event_accounted_for(Machine& machine, const std::vector<Fired>& fired) {
    u64 events = 0;
    for (const Collected& report : machine.collected()) {
        events += ended_by_event(report);
        std::set<char> contexts;
        for (size_t at = 0; at + 1 < report.text.size(); at++)
            if (report.text[at] == 'r' && std::isupper(report.text[at + 1]))
                contexts.insert(report.text[at + 1]);
        ASSERT_LE(contexts.size(), 1u) << report.text;
    }
    const auto with_events = static_cast<u64>(std::count_if(
        fired.begin(), fired.end(), [](const Fired& one) { return has_event(one.kind); }));
    EXPECT_EQ(events + machine.lost(), with_events);
    EXPECT_THAT(machine.owners(), testing::Each(0ul));
    EXPECT_EQ(atomic_read(&machine.assembler.active), 0);
}

#endif // ERN_TESTS_ACCOUNTS_H
