// SPDX-License-Identifier: MIT
#include "source/kernel_log.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace error_report {
namespace {

// What a record takes at most, with what the kernel writes in place of control characters.
constexpr std::size_t longest_record = std::size_t{16} << 10;

// The number and what ends it, taken off the front.
template <class T>
bool take_number(std::string_view& text, T& number, int base = 10) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc();
}

bool take_comma(std::string_view& text) {
    if (!text.starts_with(','))
        return false;
    text.remove_prefix(1);
    return true;
}

// "\x0a" is a newline within the record.
std::string without_escapes(std::string_view text) {
    constexpr std::string_view escape = "\\x";
    constexpr std::size_t digits = 2;
    std::string result;
    while (!text.empty()) {
        auto code = text.starts_with(escape) ? text.substr(escape.size(), digits) : "";
        unsigned char byte = 0;
        if (code.size() == digits && take_number(code, byte, 16) && code.empty()) {
            result += static_cast<char>(byte);
            text.remove_prefix(escape.size() + digits);
        } else {
            result += text.front();
            text.remove_prefix(1);
        }
    }
    return result;
}

} // namespace

std::optional<LogRecord> parse_log_record(std::string_view bytes) {
    LogRecord record;
    const auto semicolon = bytes.find(';');
    if (semicolon == std::string_view::npos)
        return std::nullopt;
    record.prefix = bytes.substr(0, semicolon + 1);
    auto rest = bytes.substr(0, semicolon);
    unsigned priority = 0;
    if (!take_number(rest, priority) || !take_comma(rest) || !take_number(rest, record.seq) ||
        !take_comma(rest) || !take_number(rest, record.time))
        return std::nullopt;
    constexpr unsigned level_bits = 3;
    record.facility = priority >> level_bits;
    // Behind the first line stand the device's properties.
    const auto text = bytes.substr(semicolon + 1);
    record.text = without_escapes(text.substr(0, text.find('\n')));
    return record;
}

Result<FileDescriptor> open_kernel_log(const std::string& path) {
    FileDescriptor log(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (log)
        return log;
    if (errno == EPERM || errno == EACCES)
        return fail(
            ErrorKind::privilege,
            fmt::format(
                "reading the kernel's log in {} takes CAP_SYSLOG where kernel.dmesg_restrict is "
                "set: {}",
                path, errno_text(errno)));
    return fail(fmt::format("cannot open the kernel's log in {}: {}", path, errno_text(errno)));
}

Result<void> read_kernel_log(int log, const std::function<void(const LogRecord&)>& take) {
    std::array<char, longest_record> buffer{};
    for (;;) {
        const auto size = read(log, buffer.data(), buffer.size());
        // EPIPE: records were overwritten before they were read; those that are left follow.
        if (size < 0 && (errno == EINTR || errno == EPIPE))
            continue;
        if (size < 0 && errno != EAGAIN)
            return fail(fmt::format("cannot read the kernel's log: {}", errno_text(errno)));
        if (size <= 0)
            return {};
        if (const auto record = parse_log_record({buffer.data(), static_cast<std::size_t>(size)}))
            take(*record);
    }
}

} // namespace error_report
