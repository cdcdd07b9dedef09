// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"
#include "report/file_descriptor.h"
#include "sink/partial.h"
#include "sink/sink.h"
#include "sink/unix_address.h"

#include <memory>
#include <string>
#include <string_view>

namespace error_report {

// A local socket, stream or datagram, whichever its listener speaks. Nobody may listen yet, or for
// a while: it connects when there is something to write. A frame that the listener took only the
// front of goes to the next one whole.
class UnixSink final : public Sink {
  public:
    // A path, or @NAME for a name in the abstract namespace.
    static Result<std::unique_ptr<Sink>> open(const std::string& path);

    tl::expected<void, SinkError> write(std::string_view frame) override;

  private:
    UnixSink(std::string path, const UnixAddress& address)
        : path_(std::move(path)), address_(address) {}

    // 0 or an errno.
    int connect();
    int connect(int type);
    int send(std::string_view frame);

    std::string path_;
    UnixAddress address_;
    FileDescriptor fd_; // none while not connected
    int type_ = 0;
    Partial partial_;
};

} // namespace error_report
