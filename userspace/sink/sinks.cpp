// SPDX-License-Identifier: MIT
#include "sink/sinks.h"

#include "sink/journald.h"
#include "sink/stdout.h"
#include "sink/unix_socket.h"

#include <algorithm>
#include <array>

namespace error_report {
namespace {

using Opened = Result<std::unique_ptr<Sink>>;
using MaybeOwner = std::optional<Owner>;

Opened open_stdout(const std::string&, const MaybeOwner&) {
    return std::make_unique<StdoutSink>();
}

Opened open_unix(const std::string& path, const MaybeOwner&) {
    return UnixSink::open(path);
}

Opened open_journald(const std::string&, const MaybeOwner&) {
    return JournaldSink::open();
}

constexpr std::array<SinkKind, 4> all{{
    {"stdout", "", "standard output", "json", "", open_stdout},
    {"file", "PATH", "append to a file, opened again on SIGHUP", "json", "", FileSink::open},
    {"unix", "PATH", "a local stream or datagram socket, @NAME for an abstract one", "json", "",
     open_unix},
    {"journald", "", "systemd's journal", "journal", "journal", open_journald},
}};

} // namespace

std::span<const SinkKind> sinks() {
    return all;
}

const SinkKind* find_sink(std::string_view name) {
    const auto* found = std::ranges::find(all, name, &SinkKind::name);
    return found == all.end() ? nullptr : found;
}

} // namespace error_report
