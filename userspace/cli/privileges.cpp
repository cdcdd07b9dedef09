// SPDX-License-Identifier: MIT
#include "cli/privileges.h"

#include <array>
#include <cap-ng.h>
#include <cerrno>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <vector>

namespace error_report {
namespace {

tl::unexpected<Error> cannot(std::string_view what, const std::string& why) {
    return fail(fmt::format("cannot give up privileges: {}: {}", what, why));
}

Result<void> become(const User& user) {
    // It keeps what capng_clear() left: nothing; and the bounding set goes while it may.
    constexpr auto flags = static_cast<capng_flags_t>(CAPNG_INIT_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
    const int code = capng_change_id(static_cast<int>(user.uid), static_cast<int>(user.gid), flags);
    if (code < 0)
        return cannot(
            fmt::format("cannot become the user {}", user.name),
            fmt::format("that takes root (libcap-ng's error {})", code));
    return {};
}

} // namespace

Result<std::optional<User>> find_user(const std::optional<std::string>& name) {
    if (!name)
        return std::optional<User>();
    constexpr std::size_t enough = 16384;
    std::vector<char> buffer(enough);
    passwd entry{};
    passwd* found = nullptr;
    const int error = getpwnam_r(name->c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr)
        return fail(fmt::format(
            "there is no user {}{}", *name, error != 0 ? ": " + errno_text(error) : ""));
    return User{*name, entry.pw_uid, entry.pw_gid};
}

Result<void> drop_privileges(const std::optional<User>& user) {
    capng_clear(CAPNG_SELECT_BOTH);
    if (user && user->uid != geteuid())
        if (auto become_user = become(*user); !become_user)
            return become_user;
    // The bounding set takes CAP_SETPCAP, and does not matter with no_new_privs.
    capng_clear(CAPNG_SELECT_CAPS);
    if (capng_apply(CAPNG_SELECT_CAPS) < 0)
        return cannot("capabilities", errno_text(errno));
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return cannot("no_new_privs", errno_text(errno));
    // Not taken on trust.
    if (capng_get_caps_process() < 0 || capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE)
        return cannot("capabilities", "some are still there");
    return {};
}

} // namespace error_report
