// SPDX-License-Identifier: MIT
#include "source/recording.h"

#include "source/clock.h"
#include "source/pcap.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace error_report {

Result<Recording> Recording::create(std::string path) {
    FileDescriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file)
        return fail(fmt::format("cannot create {}: {}", path, errno_text(errno)));
    Recording recording(std::move(file), std::move(path));
    if (auto written = recording.write(pcap_header()); !written)
        return tl::unexpected(written.error());
    return recording;
}

Result<void> Recording::append(Bytes datagram) {
    return write(pcap_packet(datagram, realtime()));
}

Result<void> Recording::write(std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(file_.fd(), text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return fail(fmt::format("cannot write to {}: {}", path_, errno_text(errno)));
        if (written > 0)
            text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

} // namespace error_report
