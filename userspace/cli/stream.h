// SPDX-License-Identifier: MIT
// Encode and sink behind the follower: what was accounted for becomes lines.
#pragma once

#include "encode/json.h"
#include "report/error.h"
#include "report/meta.h"
#include "sink/descriptor.h"
#include "source/follower.h"

#include <cstdint>
#include <string_view>
#include <utility>

namespace error_report {

class Stream final : public Consumer {
  public:
    using Clock = std::uint64_t (*)(); // ns of CLOCK_REALTIME
    using Note = void (*)(std::string_view);

    Stream(JsonEncoder encoder, Descriptor& sink, Clock clock, Note print)
        : encoder_(std::move(encoder)), sink_(sink), clock_(clock), note_(print) {}

    Result<void> take(const Report& report) override {
        return sink_.write(encoder_.encode(report));
    }

    Result<void> take(const Lost& lost) override { return meta(lost); }

    Result<void> take(const Resync& resync) override { return meta(resync); }

    void note(std::string_view text) override { note_(text); }

    Result<void> begin(const Start& start) { return meta(start); }

    Result<void> end(const Stop& stop) { return meta(stop); }

  private:
    Result<void> meta(const auto& event) { return sink_.write(encoder_.encode(event, clock_())); }

    JsonEncoder encoder_;
    Descriptor& sink_;
    Clock clock_;
    Note note_;
};

} // namespace error_report
