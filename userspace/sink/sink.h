// SPDX-License-Identifier: MIT
// Where frames (lines or datagrams) go, as the rest of the program sees it. A sink belongs to one
// thread, which it may block.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace error_report {

struct SinkError {
    enum class Kind {
        retry,   // worth coming again in a second, with the same frame
        refused, // this frame is lost, it would never be taken; the next one may be
        dead,    // the sink will never take anything again
    };
    Kind kind = Kind::retry;
    std::string message; // a sentence that names the sink
};

inline tl::unexpected<SinkError> sink_error(SinkError::Kind kind, std::string message) {
    return tl::unexpected<SinkError>(SinkError{kind, std::move(message)});
}

class Sink {
  public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    Sink(Sink&&) = delete;
    Sink& operator=(Sink&&) = delete;
    virtual ~Sink() = default;

    // The whole frame is with the operating system when this succeeds. After a retry the
    // caller comes again with the same frame: the sink knows what of it went out.
    virtual tl::expected<void, SinkError> write(std::string_view frame) = 0;

    // Opens what it is named by again (a log file that was rotated); what is in write() goes to the
    // old one whole. An error leaves the old one in use.
    virtual tl::expected<void, SinkError> reopen() { return {}; }

    // poll() reports POLLERR or POLLHUP here when nobody reads any more; -1 if that cannot be told.
    // Any thread.
    [[nodiscard]] virtual int hangup_fd() const { return -1; }
};

} // namespace error_report
