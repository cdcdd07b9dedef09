// SPDX-License-Identifier: GPL-2.0-only
// What printk does to its text before the console trace event sees it.
#ifndef ERN_TESTS_PRINTK_LOG_H
#define ERN_TESTS_PRINTK_LOG_H

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

// The log's memory as kernel/printk/printk_ringbuffer.c lays it out: every record
// lies behind an 8-byte block header, a continuation directly behind what it
// continues, and a block that would cross the end of the memory begins anew at its
// start, a continued record moving there whole.
class PrintkLog {
  public:
    // A record that grows by no more than @growth stays where it began.
    explicit PrintkLog(size_t size = 64 * 1024, size_t growth = 0)
        : memory_(size), growth_(growth) {}

    // Returns the fragment where it was stored, its trailing newline stripped. As in
    // the kernel, only the log's last record can be continued, by its own caller, and
    // not behind a newline.
    std::string_view store(uintptr_t caller, std::string_view text, bool continues = false) {
        const bool ends_line = text.ends_with('\n');
        if (ends_line)
            text.remove_suffix(1);
        if (!continues || ended_ || caller != caller_)
            begin(text.size());
        else
            extend(text.size());
        char* at = memory_.data() + block_ + header_size + length_;
        std::memcpy(at, text.data(), text.size());
        length_ += text.size();
        caller_ = caller;
        ended_ = ends_line;
        return {at, text.size()};
    }

  private:
    static constexpr size_t header_size = 8;

    static size_t block_size(size_t text) { return (header_size + text + 1 + 7) & ~size_t{7}; }

    void begin(size_t text) {
        block_ = head_ + block_size(text + growth_) > memory_.size() ? 0 : head_;
        head_ = block_ + block_size(text);
        length_ = 0;
        std::memset(memory_.data() + block_, 0, header_size);
    }

    void extend(size_t text) {
        if (block_ + block_size(length_ + text) > memory_.size()) {
            std::memmove(
                memory_.data() + header_size, memory_.data() + block_ + header_size, length_);
            block_ = 0;
        }
        head_ = block_ + block_size(length_ + text);
    }

    std::vector<char> memory_;
    size_t growth_;
    size_t head_ = 0;   // where the next block begins
    size_t block_ = 0;  // the last record's
    size_t length_ = 0; // of the last record so far
    uintptr_t caller_ = 0;
    bool ended_ = true;
};

#endif // ERN_TESTS_PRINTK_LOG_H
