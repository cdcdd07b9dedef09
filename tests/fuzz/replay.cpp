// SPDX-License-Identifier: MIT
// Gives a fuzzer each file of the folders named, as libFuzzer would, without libFuzzer.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzzer.h"

namespace {

std::string contents(const std::filesystem::path& file) {
    std::string all(std::filesystem::file_size(file), '\0');
    std::ifstream(file, std::ios::binary)
        .read(all.data(), static_cast<std::streamsize>(all.size()));
    return all;
}

} // namespace

int main(int argc, char** argv) {
    std::vector<std::filesystem::path> files;
    for (const std::string& folder : std::vector<std::string>(argv + 1, argv + argc))
        std::copy(std::filesystem::directory_iterator(folder), {}, std::back_inserter(files));
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        // First, so that a crash says of what.
        std::puts(file.c_str());
        std::fflush(stdout);
        const std::string input = contents(file);
        LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
    }
    std::printf("%zu inputs\n", files.size());
    return files.empty() ? 1 : 0;
}
