// SPDX-License-Identifier: MIT
// Errors are values: a kind that decides the exit code, and a sentence that a person can act on.
#pragma once

#include <string>
#include <system_error>
#include <tl/expected.hpp>
#include <utility>

namespace error_report {

enum class ErrorKind {
    failure,        // I/O or protocol
    not_loaded,     // the kernel does not know the family
    privilege,      // the kernel refused for want of a capability
    no_such_report, // lost, evicted or still to come
    reloaded,       // the module was loaded again, and what it takes to go on was dropped
};

struct Error {
    ErrorKind kind = ErrorKind::failure;
    std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
    return tl::unexpected<Error>(Error{kind, std::move(message)});
}

inline tl::unexpected<Error> fail(std::string message) {
    return fail(ErrorKind::failure, std::move(message));
}

// The system's words for an errno.
inline std::string errno_text(int error) {
    return std::generic_category().message(error);
}

} // namespace error_report
