// SPDX-License-Identifier: MIT
// Attributes of one generic netlink message → plain data. Pure: no I/O, never throws for what the
// bytes say, never reads beyond them. Attributes and bits that are newer than this program are no
// error; a promised attribute that is missing or has a wrong size is, with a sentence that names
// it.
#pragma once

#include "report/attribute.h"
#include "report/error.h"
#include "report/report.h"

namespace error_report {

Result<Report> decode_report(Bytes attributes);
Result<Loss> decode_loss(Bytes attributes);
Result<Status> decode_status(Bytes attributes);

} // namespace error_report
