// SPDX-License-Identifier: MIT
#include "report/decode.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <linux/error_report.h>
#include <string>
#include <string_view>

namespace error_report {
namespace {

enum class Presence { required, optional };

// One attribute: what it is called, and the function that reads its payload into the record and
// returns what is wrong with it, or nothing.
template <class Record>
struct Field {
    std::uint16_t attribute = 0;
    std::string_view name;
    Presence presence = Presence::required;
    std::string (*read)(Bytes payload, Record& record) = nullptr;
};

// The wire's type is given apart: a member may be wider, or optional.
template <class Wire, auto member, class Record>
std::string read_number(Bytes payload, Record& record) {
    if (payload.size() != sizeof(Wire))
        return fmt::format("has {} bytes instead of {}", payload.size(), sizeof(Wire));
    Wire value{};
    std::memcpy(&value, payload.data(), sizeof(value));
    record.*member = value;
    return {};
}

// A u64 that becomes a JSON number.
template <auto member, class Record>
std::string read_count(Bytes payload, Record& record) {
    std::uint64_t value = 0;
    if (payload.size() == sizeof(value)) {
        std::memcpy(&value, payload.data(), sizeof(value));
        if (value > largest_integer)
            return fmt::format("is {}, beyond 2^53", value);
    }
    return read_number<std::uint64_t, member>(payload, record);
}

template <auto member, class Record>
std::string read_string(Bytes payload, Record& record) {
    if (payload.empty() || payload.back() != std::byte{0})
        return "is not terminated";
    // A NUL before the last byte is part of the text: nothing is thrown away.
    record.*member = std::string(reinterpret_cast<const char*>(payload.data()), payload.size() - 1);
    return {};
}

template <auto member, class Record>
std::string read_name(Bytes payload, Record& record) {
    if (payload.size() > longest_name + 1)
        return fmt::format("has {} bytes, more than {}", payload.size() - 1, longest_name);
    return read_string<member>(payload, record);
}

using enum Presence;

constexpr std::array<Field<Report>, 13> report_fields{{
    {ERROR_REPORT_A_SEQ, "SEQ", required, read_count<&Report::seq>},
    {ERROR_REPORT_A_INSTANCE, "INSTANCE", required, read_number<std::uint64_t, &Report::instance>},
    {ERROR_REPORT_A_TOOL, "TOOL", required, read_name<&Report::tool>},
    {ERROR_REPORT_A_ID, "ID", optional, read_number<std::uint64_t, &Report::id>},
    {ERROR_REPORT_A_TEXT, "TEXT", required, read_string<&Report::text>},
    {ERROR_REPORT_A_TEXT_LEN, "TEXT_LEN", required,
     read_number<std::uint32_t, &Report::text_bytes>},
    {ERROR_REPORT_A_FLAGS, "FLAGS", required, read_number<std::uint32_t, &Report::flags>},
    {ERROR_REPORT_A_TIME_REAL, "TIME_REAL", required,
     read_number<std::uint64_t, &Report::time_real>},
    {ERROR_REPORT_A_TIME_BOOT, "TIME_BOOT", required,
     read_number<std::uint64_t, &Report::time_boot>},
    {ERROR_REPORT_A_CPU, "CPU", required, read_number<std::uint32_t, &Report::cpu>},
    {ERROR_REPORT_A_PID, "PID", required, read_number<std::uint32_t, &Report::pid>},
    {ERROR_REPORT_A_COMM, "COMM", required, read_name<&Report::comm>},
    {ERROR_REPORT_A_CONTEXT, "CONTEXT", required, read_number<std::uint32_t, &Report::context>},
}};
static_assert(report_fields.size() == ERROR_REPORT_A_MAX - ERROR_REPORT_A_PAD);

constexpr std::array<Field<Loss>, 4> loss_fields{{
    {ERROR_REPORT_A_LOST_FIRST, "FIRST", required, read_count<&Loss::first>},
    {ERROR_REPORT_A_LOST_LAST, "LAST", required, read_count<&Loss::last>},
    {ERROR_REPORT_A_LOST_CAUSE, "CAUSE", required, read_number<std::uint32_t, &Loss::causes>},
    {ERROR_REPORT_A_LOST_INSTANCE, "INSTANCE", required,
     read_number<std::uint64_t, &Loss::instance>},
}};
static_assert(loss_fields.size() == ERROR_REPORT_A_LOST_MAX - ERROR_REPORT_A_LOST_PAD);

constexpr std::array<Field<Status>, 20> status_fields{{
    {ERROR_REPORT_A_STATUS_INSTANCE, "INSTANCE", required,
     read_number<std::uint64_t, &Status::instance>},
    {ERROR_REPORT_A_STATUS_VERSION, "VERSION", required, read_string<&Status::module_version>},
    {ERROR_REPORT_A_STATUS_ENDED, "ENDED", required, read_count<&Status::ended>},
    {ERROR_REPORT_A_STATUS_PUBLISHED, "PUBLISHED", required, read_count<&Status::published>},
    {ERROR_REPORT_A_STATUS_LOST_NO_SLOT, "LOST_NO_SLOT", required,
     read_count<&Status::lost_no_slot>},
    {ERROR_REPORT_A_STATUS_LOST_RING_FULL, "LOST_RING_FULL", required,
     read_count<&Status::lost_ring_full>},
    {ERROR_REPORT_A_STATUS_TRUNCATED, "TRUNCATED", required, read_count<&Status::truncated>},
    {ERROR_REPORT_A_STATUS_NO_EVENT, "NO_EVENT", required, read_count<&Status::no_event>},
    {ERROR_REPORT_A_STATUS_UNTERMINATED, "UNTERMINATED", required,
     read_count<&Status::unterminated>},
    {ERROR_REPORT_A_STATUS_NO_TEXT, "NO_TEXT", required, read_count<&Status::no_text>},
    {ERROR_REPORT_A_STATUS_MULTICAST_FAILED, "MULTICAST_FAILED", required,
     read_count<&Status::multicast_failed>},
    {ERROR_REPORT_A_STATUS_OLDEST_SEQ, "OLDEST_SEQ", optional, read_count<&Status::oldest_seq>},
    {ERROR_REPORT_A_STATUS_NEWEST_SEQ, "NEWEST_SEQ", optional, read_count<&Status::newest_seq>},
    {ERROR_REPORT_A_STATUS_RING_REPORTS, "RING_REPORTS", required,
     read_number<std::uint32_t, &Status::ring_reports>},
    {ERROR_REPORT_A_STATUS_RING_USED, "RING_USED", required,
     read_number<std::uint32_t, &Status::ring_used>},
    {ERROR_REPORT_A_STATUS_RING_SIZE, "RING_SIZE", required,
     read_number<std::uint32_t, &Status::ring_size>},
    {ERROR_REPORT_A_STATUS_SLOTS, "SLOTS", required, read_number<std::uint32_t, &Status::slots>},
    {ERROR_REPORT_A_STATUS_SLOT_SIZE, "SLOT_SIZE", required,
     read_number<std::uint32_t, &Status::slot_size>},
    {ERROR_REPORT_A_STATUS_SILENCE_MS, "SILENCE_MS", required,
     read_number<std::uint32_t, &Status::silence_ms>},
    {ERROR_REPORT_A_STATUS_START_EVENT, "START_EVENT", required,
     read_number<std::uint32_t, &Status::start_event>},
}};
static_assert(status_fields.size() == ERROR_REPORT_A_STATUS_MAX - ERROR_REPORT_A_STATUS_PAD);

template <class Record, std::size_t size>
Result<Record>
decode(Bytes rest, std::string_view what, const std::array<Field<Record>, size>& fields) {
    Record record;
    std::bitset<size> seen;
    while (!rest.empty()) {
        const auto attribute = next_attribute(rest);
        if (!attribute)
            return fail(fmt::format("the kernel's {} ends within an attribute", what));
        const auto field = std::ranges::find(fields, attribute->type, &Field<Record>::attribute);
        if (field == fields.end())
            continue;
        const auto wrong = field->read(attribute->payload, record);
        if (!wrong.empty())
            return fail(fmt::format("the kernel's {}: {} {}", what, field->name, wrong));
        seen.set(static_cast<std::size_t>(field - fields.begin()));
    }
    for (std::size_t i = 0; i < size; ++i)
        if (fields[i].presence == required && !seen.test(i))
            return fail(fmt::format("the kernel's {} has no {}", what, fields[i].name));
    return record;
}

constexpr std::uint64_t ns_per_us = 1000;

} // namespace

Result<Report> decode_report(Bytes attributes) {
    auto report = decode(attributes, "report", report_fields);
    if (report && report->seq == 0)
        return fail("the kernel's report: SEQ is 0");
    if (report && *report->time_boot / ns_per_us > largest_integer)
        return fail("the kernel's report: TIME_BOOT is beyond 2^53 microseconds");
    return report;
}

Result<Loss> decode_loss(Bytes attributes) {
    auto loss = decode(attributes, "loss notice", loss_fields);
    if (loss && (loss->first == 0 || loss->first > loss->last))
        return fail(fmt::format(
            "the kernel's loss notice: FIRST {} and LAST {} are no range", loss->first,
            loss->last));
    return loss;
}

Result<Status> decode_status(Bytes attributes) {
    return decode(attributes, "status", status_fields);
}

} // namespace error_report
