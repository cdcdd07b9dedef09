// SPDX-License-Identifier: MIT
// Where named values go in their order: into a line at once (line.h), or into an object that is
// looked at again (tree.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace error_report {

// Begins in an object. Within an array names mean nothing.
class Values {
  public:
    Values() = default;
    Values(const Values&) = delete;
    Values(Values&&) = delete;
    Values& operator=(const Values&) = delete;
    Values& operator=(Values&&) = delete;
    virtual ~Values() = default;

    // Bytes that are no UTF-8 are replaced.
    virtual void text(std::string_view name, std::string_view bytes) = 0;
    virtual void number(std::string_view name, std::uint64_t value) = 0;
    virtual void truth(std::string_view name, bool value) = 0;

    // Until end(). most is how many values it may have, for whom that makes faster.
    virtual void begin_object(std::string_view name, std::size_t most) = 0;
    virtual void begin_array(std::string_view name, std::size_t most) = 0;
    virtual void end() = 0;
    // Or as if it had not begun, if there is nothing in it.
    virtual void end_unless_empty() = 0;
};

} // namespace error_report
