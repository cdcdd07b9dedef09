// SPDX-License-Identifier: MIT
// The journal's MESSAGE_IDs, for ever; the catalog in packaging/ explains each.
#pragma once

#include <string_view>

namespace error_report {

inline constexpr std::string_view message_id_report = "a8e3ee5eb1d74aa389b3ab934bce527c";
inline constexpr std::string_view message_id_lost = "8691ef283a43417992c6ea8e9e2b9838";
// Every other event of a stream: start, resync, family_down, family_up, stop.
inline constexpr std::string_view message_id_stream = "800d39c2c63049f1befa5d5b7060df5a";

} // namespace error_report
