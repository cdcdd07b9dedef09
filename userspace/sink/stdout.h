// SPDX-License-Identifier: MIT
#pragma once

#include "sink/partial.h"
#include "sink/sink.h"

#include <string_view>
#include <unistd.h>

namespace error_report {

// Standard output, which belongs to whoever started the program.
class StdoutSink final : public Sink {
  public:
    // Another descriptor stands in for it in the tests.
    explicit StdoutSink(int fd = STDOUT_FILENO) : fd_(fd) {}

    tl::expected<void, SinkError> write(std::string_view frame) override;

    [[nodiscard]] int hangup_fd() const override { return fd_; }

  private:
    int fd_;
    Partial partial_;
};

} // namespace error_report
