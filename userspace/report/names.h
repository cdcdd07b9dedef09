// SPDX-License-Identifier: MIT
// Names for the numbers of the protocol. A number that is newer than this program is kept, as
// "unknown_…", never dropped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace error_report {

std::string context_name(std::uint32_t context);

// In the order of the bits; all bits without a name share one entry, "unknown_0x…".
std::vector<std::string> flag_names(std::uint64_t flags);
std::vector<std::string> cause_names(std::uint64_t causes);

} // namespace error_report
