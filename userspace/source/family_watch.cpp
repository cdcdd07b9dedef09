// SPDX-License-Identifier: MIT
#include "source/family_watch.h"

#include "source/family.h"

#include <linux/error_report.h>
#include <linux/genetlink.h>

namespace error_report {

void FamilyWatch::noticed(const GenericMessage& message) {
    if (message.command != CTRL_CMD_NEWFAMILY && message.command != CTRL_CMD_DELFAMILY)
        return;
    const auto family = decode_family(message.attributes);
    if (!family || family->name != ERROR_REPORT_FAMILY_NAME)
        return;
    if (message.command == CTRL_CMD_NEWFAMILY)
        known_ = family->id;
    else if (known_ == family->id)
        known_.reset();
}

std::optional<Event> FamilyWatch::next() {
    if (!has_event())
        return std::nullopt;
    // The kernel gives a number to another family only after it went through all the others.
    if (told_) {
        told_.reset();
        return FamilyGone{};
    }
    told_ = known_;
    return FamilyCame{};
}

} // namespace error_report
