// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"
#include "report/file_descriptor.h"
#include "sink/partial.h"
#include "sink/sink.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace error_report {

// Whom a file is given to that root creates.
struct Owner {
    uid_t user;
    gid_t group;
};

// A log file, to which it appends, or a FIFO or a character device. Nothing is final here: a disk
// gets room again, a FIFO a reader.
class FileSink final : public Sink {
  public:
    // Creates it with mode 0640 less the umask. The last component may not be a symbolic link: who
    // may write to the folder could have root write elsewhere.
    static Result<std::unique_ptr<Sink>>
    open(const std::string& path, const std::optional<Owner>& owner);

    tl::expected<void, SinkError> write(std::string_view frame) override;

    // In the middle of a frame it takes effect before the next one, whose write() then returns the
    // error if there is one.
    tl::expected<void, SinkError> reopen() override;

  private:
    FileSink(std::string path, FileDescriptor fd);

    void use(FileDescriptor fd);
    tl::expected<void, SinkError> open_again();

    std::string path_;
    FileDescriptor fd_;
    bool cut_line_ = false; // the file's last line has no newline
    bool reopen_due_ = false;
    Partial partial_;
};

} // namespace error_report
