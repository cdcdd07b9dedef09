// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>
#include <string>
#include <string_view>

namespace error_report::test {

// Gives the file that content and returns its path.
inline std::string write_file(const std::string& path, std::string_view content) {
    std::ofstream(path, std::ios::binary) << content;
    return path;
}

} // namespace error_report::test
