// SPDX-License-Identifier: MIT
#include "cli/service.h"

#include <cstdint>
#include <systemd/sd-daemon.h>

namespace error_report {

Service::Service() {
    std::uint64_t us = 0;
    if (sd_watchdog_enabled(0, &us) > 0)
        interval_ =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(us)) /
            2;
}

void Service::ready(const std::string& status) {
    sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void Service::alive() const {
    if (interval_)
        sd_notify(0, "WATCHDOG=1");
}

void Service::stopping() {
    sd_notify(0, "STOPPING=1");
}

} // namespace error_report
