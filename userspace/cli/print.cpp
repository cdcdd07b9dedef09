// SPDX-License-Identifier: MIT
#include "cli/print.h"

#include "sink/stdout.h"

#include <utility>

namespace error_report {

Result<void> print(std::string_view text) {
    return StdoutSink().write(text).map_error([](SinkError error) {
        return Error{ErrorKind::failure, std::move(error.message)};
    });
}

} // namespace error_report
