// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"
#include "report/file_descriptor.h"

#include <cstdint>
#include <string>
#include <utility>

namespace error_report {

// A file of sysfs, open, whose content may change at any time. ErrorKind::not_loaded wherever it
// has vanished with its module, ErrorKind::privilege where it may not be read.
class SysfsFile {
  public:
    static Result<SysfsFile> open(std::string path);

    // poll() says POLLPRI here once the content is no longer what was read last.
    [[nodiscard]] int fd() const { return file_.fd(); }

    // Another one for each load of the module.
    [[nodiscard]] Result<std::uint64_t> number() const;

    [[nodiscard]] Result<std::string> read() const;

    // The content as a number that a line may have.
    [[nodiscard]] Result<std::uint64_t> read_count() const;

  private:
    SysfsFile(FileDescriptor file, std::string path)
        : file_(std::move(file)), path_(std::move(path)) {}

    FileDescriptor file_;
    std::string path_;
};

} // namespace error_report
