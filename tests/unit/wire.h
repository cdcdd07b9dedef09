// SPDX-License-Identifier: MIT
// Builds the bytes that the kernel would send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/error_report.h>
#include <linux/netlink.h>
#include <span>
#include <string_view>
#include <vector>

namespace error_report::test {

class Wire {
  public:
    template <class T>
    Wire& raw(const T& value) {
        const auto bytes = std::as_bytes(std::span(&value, 1));
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return *this;
    }

    Wire& attribute(int type, std::span<const std::byte> payload) {
        nlattr header{};
        header.nla_len = static_cast<std::uint16_t>(sizeof(header) + payload.size());
        header.nla_type = static_cast<std::uint16_t>(type);
        raw(header);
        bytes_.insert(bytes_.end(), payload.begin(), payload.end());
        return align();
    }

    Wire& u16(int type, std::uint16_t value) {
        return attribute(type, std::as_bytes(std::span(&value, 1)));
    }

    Wire& u32(int type, std::uint32_t value) {
        return attribute(type, std::as_bytes(std::span(&value, 1)));
    }

    Wire& u64(int type, std::uint64_t value) {
        return attribute(type, std::as_bytes(std::span(&value, 1)));
    }

    // Without a terminating NUL of its own.
    Wire& characters(int type, std::string_view value) {
        return attribute(type, std::as_bytes(std::span(value)));
    }

    Wire& string(int type, std::string_view value) {
        std::vector<char> terminated(value.begin(), value.end());
        terminated.push_back('\0');
        return attribute(type, std::as_bytes(std::span(terminated)));
    }

    Wire& append(const Wire& other) {
        append(other.bytes());
        return align();
    }

    // As they are, without padding.
    Wire& append(std::span<const std::byte> bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return *this;
    }

    Wire& align() {
        bytes_.resize((bytes_.size() + 3) / 4 * 4);
        return *this;
    }

    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

  private:
    std::vector<std::byte> bytes_;
};

// The attributes of a report as the module sends them, but for the one to leave out.
inline Wire report_wire(int without = 0) {
    Wire wire;
    const auto put = [&](int type, auto write) {
        if (type != without)
            write(type);
    };
    const auto u32 = [&](std::uint32_t value) {
        return [&wire, value](int t) { wire.u32(t, value); };
    };
    const auto u64 = [&](std::uint64_t value) {
        return [&wire, value](int t) { wire.u64(t, value); };
    };
    const auto string = [&](std::string_view value) {
        return [&wire, value](int t) { wire.string(t, value); };
    };
    put(ERROR_REPORT_A_SEQ, u64(7));
    put(ERROR_REPORT_A_INSTANCE, u64(0x0123456789abcdef));
    put(ERROR_REPORT_A_TOOL, string("kfence"));
    put(ERROR_REPORT_A_ID, u64(0xffff888012345678));
    put(ERROR_REPORT_A_TEXT, string("BUG: KFENCE: use-after-free read\nline two"));
    put(ERROR_REPORT_A_TEXT_LEN, u32(41));
    put(ERROR_REPORT_A_FLAGS, u32(0));
    put(ERROR_REPORT_A_TIME_REAL, u64(1'767'323'045'123'456'789));
    put(ERROR_REPORT_A_TIME_BOOT, u64(12'345'678'901));
    put(ERROR_REPORT_A_CPU, u32(1));
    put(ERROR_REPORT_A_PID, u32(42));
    put(ERROR_REPORT_A_COMM, string("bash"));
    put(ERROR_REPORT_A_CONTEXT, u32(ERROR_REPORT_CONTEXT_SOFTIRQ));
    return wire;
}

inline Wire loss_wire(std::uint64_t first, std::uint64_t last) {
    return Wire()
        .u64(ERROR_REPORT_A_LOST_FIRST, first)
        .u64(ERROR_REPORT_A_LOST_LAST, last)
        .u32(ERROR_REPORT_A_LOST_CAUSE, ERROR_REPORT_CAUSE_RING_FULL)
        .u64(ERROR_REPORT_A_LOST_INSTANCE, 9);
}

// Every status attribute has its own number as value, but for the one to leave out.
inline Wire status_wire(int without = 0) {
    Wire wire;
    for (int type = ERROR_REPORT_A_STATUS_INSTANCE; type <= ERROR_REPORT_A_STATUS_MAX; ++type) {
        const auto value = static_cast<std::uint32_t>(type);
        if (type == without)
            continue;
        if (type == ERROR_REPORT_A_STATUS_VERSION)
            wire.string(type, "0.1.0");
        else if (type >= ERROR_REPORT_A_STATUS_RING_REPORTS)
            wire.u32(type, value);
        else
            wire.u64(type, value);
    }
    return wire;
}

} // namespace error_report::test
