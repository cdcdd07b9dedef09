// SPDX-License-Identifier: MIT
#pragma once

#include "report/attribute.h"
#include "source/family_watch.h"
#include "source/source.h"

#include <cstdint>
#include <optional>

namespace error_report {

// What the subscription receives, datagram by datagram → events, in order. Pure.
class Inbox {
  public:
    explicit Inbox(std::uint16_t family) : watch_(family) {}

    // Once next() has nothing more; the bytes must stay until it has nothing again.
    void put(Bytes datagram) { rest_ = datagram; }

    // The number that the family has by a look-up after next() had nothing more.
    void looked_up(std::optional<std::uint16_t> family) { watch_.looked_up(family); }

    // What it does not know is newer than this program and passed over.
    std::optional<Event> next();

    // The type of the family's messages; nothing while the module is not loaded.
    [[nodiscard]] std::optional<std::uint16_t> family() const { return watch_.family(); }

    // next() may have something.
    [[nodiscard]] bool is_pending() const { return !rest_.empty() || watch_.has_event(); }

  private:
    FamilyWatch watch_;
    Bytes rest_; // the messages that were not delivered yet
};

} // namespace error_report
