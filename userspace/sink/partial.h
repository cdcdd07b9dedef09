// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace error_report {

// How much of a frame is out, where a descriptor takes less than the whole: a full disk, a pipe.
class Partial {
  public:
    // Goes on behind what went out before; one write(2) where all is taken at once. 0, or the errno
    // after which the caller may come again with the same frame. SIGPIPE and SIGXFSZ must be
    // ignored.
    [[nodiscard]] int write(int fd, std::string_view frame);

    // Some of the frame is out, not all.
    [[nodiscard]] bool within() const { return out_ != 0; }

    // The frame begins anew.
    void restart() { out_ = 0; }

  private:
    std::size_t out_ = 0;
};

} // namespace error_report
