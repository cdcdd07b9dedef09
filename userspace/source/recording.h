// SPDX-License-Identifier: MIT
#pragma once

#include "report/attribute.h"
#include "report/error.h"
#include "report/file_descriptor.h"

#include <string>
#include <string_view>
#include <utility>

namespace error_report {

// A pcap file that is being written. What was appended is with the operating system.
class Recording {
  public:
    // Empties a file that is there. Reports hold kernel pointers: the file is the owner's alone.
    static Result<Recording> create(std::string path);

    // A datagram that came now.
    Result<void> append(Bytes datagram);

  private:
    Recording(FileDescriptor file, std::string path)
        : file_(std::move(file)), path_(std::move(path)) {}

    Result<void> write(std::string_view text);

    FileDescriptor file_;
    std::string path_;
};

} // namespace error_report
