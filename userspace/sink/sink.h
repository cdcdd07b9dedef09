// SPDX-License-Identifier: MIT
// Where frames (lines or datagrams) go, as the rest of the program sees it. A sink belongs to one
// thread, which it may block.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace error_report {

struct SinkError {
    // The sink will never take anything again; otherwise it is worth trying again in a second.
    bool dead = false;
    std::string message; // a sentence that names the sink
};

class Sink {
  public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    Sink(Sink&&) = delete;
    Sink& operator=(Sink&&) = delete;
    virtual ~Sink() = default;

    // The whole frame is with the operating system when this succeeds. After an error that is not
    // dead the caller comes again with the same frame: the sink knows what of it went out.
    virtual tl::expected<void, SinkError> write(std::string_view frame) = 0;

    // Opens what it is named by again (a log file that was rotated); what is in write() goes to the
    // old one whole. An error leaves the old one in use.
    virtual tl::expected<void, SinkError> reopen() { return {}; }

    // poll() reports POLLERR or POLLHUP here when nobody reads any more; -1 if that cannot be told.
    // Any thread.
    [[nodiscard]] virtual int hangup_fd() const { return -1; }
};

} // namespace error_report
