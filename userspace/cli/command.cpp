// SPDX-License-Identifier: MIT
#include "cli/command.h"

#include <array>

namespace error_report {

std::span<const Command* const> commands() {
    static constexpr std::array all{&listen_command, &list_command,   &show_command,
                                    &status_command, &record_command, &parse_command};
    return all;
}

} // namespace error_report
