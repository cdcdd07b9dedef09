// SPDX-License-Identifier: MIT
#include "sink/unix_address.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <span>

namespace error_report {

Result<UnixAddress> UnixAddress::of(std::string_view path) {
    UnixAddress result;
    const std::span room(result.address_.sun_path);
    if (path.size() >= room.size())
        return fail(
            fmt::format("the socket's name {} is longer than {} bytes", path, room.size() - 1));
    result.address_.sun_family = AF_UNIX;
    std::ranges::copy(path, room.begin());
    const bool abstract = path.starts_with('@');
    if (abstract)
        room.front() = '\0';
    // A path ends with its NUL, an abstract name with its last byte.
    result.size_ =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1));
    return result;
}

} // namespace error_report
