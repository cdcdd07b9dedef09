// SPDX-License-Identifier: MIT
#include "sink/stdout.h"

#include "report/error.h"

#include <cerrno>
#include <fmt/format.h>

namespace error_report {

tl::expected<void, SinkError> StdoutSink::write(std::string_view frame) {
    using enum SinkError::Kind;
    const int error = partial_.write(fd_, frame);
    if (error == 0)
        return {};
    if (error == EPIPE)
        return sink_error(dead, "standard output was closed by its reader");
    // EBADF: the program was started without it. Anything else can pass, a full disk for one.
    return sink_error(
        error == EBADF ? dead : retry,
        fmt::format("cannot write to standard output: {}", errno_text(error)));
}

} // namespace error_report
