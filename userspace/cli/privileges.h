// SPDX-License-Identifier: MIT
// What the program may do, given up once its sockets and files are open.
#pragma once

#include "report/error.h"

#include <optional>
#include <string>
#include <sys/types.h>

namespace error_report {

struct User {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
};

// Nothing for nobody; an error if there is no such user.
Result<std::optional<User>> find_user(const std::optional<std::string>& name);

// Every capability of this thread, and of the threads that it starts, is gone, for ever, also
// through execve(2); the user is another one if given, which takes CAP_SETUID and CAP_SETGID.
Result<void> drop_privileges(const std::optional<User>& user);

} // namespace error_report
