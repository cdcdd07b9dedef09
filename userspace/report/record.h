// SPDX-License-Identifier: MIT
// One line of a stream: a report, or what is said about the stream itself.
#pragma once

#include "report/meta.h"
#include "report/report.h"

#include <variant>

namespace error_report {

using Record = std::variant<Report, Start, Lost, Resync, FamilyDown, FamilyUp, Stop, Suppressed>;

} // namespace error_report
