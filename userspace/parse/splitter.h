// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace error_report {

// Bytes as they are read → lines. Of a line that is longer than any kernel's, only the front is
// kept, so that a file without newlines takes no memory.
class LineSplitter {
  public:
    static constexpr std::size_t longest_line = std::size_t{16} << 10;

    // take(std::string_view) gets each line without its newline.
    void feed(std::string_view bytes, auto&& take) {
        for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
            end_line(bytes.substr(0, end), take);
            bytes.remove_prefix(end + 1);
        }
        keep(bytes);
    }

    // The last line, if no newline ended it.
    void finish(auto&& take) {
        if (!begun_.empty())
            take(std::string_view(begun_));
        begun_.clear();
    }

  private:
    void end_line(std::string_view rest, auto&& take) {
        if (begun_.empty())
            return take(rest.substr(0, longest_line));
        keep(rest);
        take(std::string_view(begun_));
        begun_.clear();
    }

    void keep(std::string_view bytes) { begun_ += bytes.substr(0, longest_line - begun_.size()); }

    std::string begun_;
};

} // namespace error_report
