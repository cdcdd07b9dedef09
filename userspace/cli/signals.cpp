// SPDX-License-Identifier: MIT
#include "cli/signals.h"

#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

namespace error_report {
namespace {

sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

Result<StopSignals> StopSignals::block() {
    const auto set = stop_signals();
    const int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return fail(fmt::format("cannot watch for signals: {}", errno_text(errno)));
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return StopSignals(fd);
}

StopSignals::StopSignals(StopSignals&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

StopSignals::~StopSignals() {
    if (fd_ < 0)
        return;
    close(fd_);
    const auto set = stop_signals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<std::string> StopSignals::take() const {
    signalfd_siginfo info{};
    if (read(fd_, &info, sizeof(info)) != static_cast<ssize_t>(sizeof(info)))
        return std::nullopt;
    const char* name = sigabbrev_np(static_cast<int>(info.ssi_signo));
    return fmt::format("SIG{}", name != nullptr ? name : std::to_string(info.ssi_signo));
}

} // namespace error_report
