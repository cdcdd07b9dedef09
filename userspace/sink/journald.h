// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"
#include "report/file_descriptor.h"
#include "sink/sink.h"
#include "sink/unix_address.h"

#include <memory>
#include <string>
#include <string_view>

namespace error_report {

// systemd-journald's native protocol: a frame is an entry. Not through libsystemd, whose
// sd_journal_sendv() reports success where there is no journald: a loss that nobody counts.
class JournaldSink final : public Sink {
  public:
    static constexpr const char* default_path = "/run/systemd/journal/socket";

    static Result<std::unique_ptr<Sink>> open(const std::string& path = default_path);

    tl::expected<void, SinkError> write(std::string_view frame) override;

  private:
    JournaldSink(FileDescriptor fd, const UnixAddress& address)
        : fd_(std::move(fd)), address_(address) {}

    // 0 or an errno.
    [[nodiscard]] int send(std::string_view frame) const;
    [[nodiscard]] int send_file(int file) const;

    FileDescriptor fd_; // not connected: each entry finds the journald that runs then
    UnixAddress address_;
};

} // namespace error_report
