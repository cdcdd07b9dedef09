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

sigset_t watched() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

} // namespace

Result<Signals> Signals::block() {
    const auto set = watched();
    const int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return fail(fmt::format("cannot watch for signals: {}", errno_text(errno)));
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return Signals(fd);
}

Signals::Signals(Signals&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Signals::~Signals() {
    if (fd_ < 0)
        return;
    close(fd_);
    const auto set = watched();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<int> Signals::take() const {
    signalfd_siginfo info{};
    if (read(fd_, &info, sizeof(info)) != static_cast<ssize_t>(sizeof(info)))
        return std::nullopt;
    return static_cast<int>(info.ssi_signo);
}

std::string signal_name(int number) {
    const char* name = sigabbrev_np(number);
    return fmt::format("SIG{}", name != nullptr ? name : std::to_string(number));
}

} // namespace error_report
