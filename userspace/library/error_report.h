// SPDX-License-Identifier: MIT
// The library: the kernel's error reports as they come, what their text says, and JSON of it.
//
//     auto subscription = error_report::Subscription::open();
//     while (auto record = (*subscription)->next())
//         if (const auto* report = std::get_if<error_report::Report>(&*record))
//             std::cout << error_report::parse_report(report->text).title << '\n';
//
// Errors are values (report/error.h), and no function here throws for what a kernel or a log says.
// Nothing is shared between objects: each may be used by one thread at a time.
#pragma once

#include "encode/found.h"
#include "encode/json.h"
#include "parse/finder.h"
#include "parse/parse.h"
#include "parse/redact.h"
#include "parse/splitter.h"
#include "report/names.h"
#include "report/record.h"
#include "source/subscription.h"
