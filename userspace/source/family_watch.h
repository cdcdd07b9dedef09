// SPDX-License-Identifier: MIT
#pragma once

#include "source/datagram.h"
#include "source/source.h"

#include <cstdint>
#include <optional>

namespace error_report {

// The coming and going of the family error_report, from notices of nlctrl, of which some may be
// lost, and from look-ups, which may be ahead of notices that are still queued: whatever the two
// say, FamilyGone and FamilyCame take turns, and the last of them tells how it is. Pure.
class FamilyWatch {
  public:
    // The family that the subscriber knows.
    explicit FamilyWatch(std::uint16_t family) : told_(family), known_(family) {}

    // A message of nlctrl. Those of other families and those without sense change nothing.
    void noticed(const GenericMessage& message);

    void looked_up(std::optional<std::uint16_t> family) { known_ = family; }

    // The type of the family's messages, as of the last notice.
    [[nodiscard]] std::optional<std::uint16_t> family() const { return known_; }

    [[nodiscard]] bool has_event() const { return told_ != known_; }

    // FamilyGone or FamilyCame, if the subscriber does not know of it yet.
    std::optional<Event> next();

  private:
    std::optional<std::uint16_t> told_;
    std::optional<std::uint16_t> known_;
};

} // namespace error_report
