// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"

#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

namespace error_report {

// Where a local socket is bound.
class UnixAddress {
  public:
    // A path, or @NAME for a name in the abstract namespace.
    static Result<UnixAddress> of(std::string_view path);

    [[nodiscard]] const sockaddr* get() const {
        return reinterpret_cast<const sockaddr*>(&address_);
    }

    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&address_); }

    [[nodiscard]] socklen_t size() const { return size_; }

  private:
    sockaddr_un address_{};
    socklen_t size_ = 0;
};

} // namespace error_report
