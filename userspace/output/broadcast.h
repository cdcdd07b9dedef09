// SPDX-License-Identifier: MIT
// From the one stream to every output.
#pragma once

#include "output/tally.h"
#include "output/writer.h"
#include "report/consumer.h"
#include "report/report.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace error_report {

struct BroadcastOptions {
    std::vector<std::string> tools; // reports of others are passed over; without any, none is
    bool redact = false;
};

class Broadcast final : public Consumer {
  public:
    using Writers = std::vector<std::unique_ptr<Writer>>;

    Broadcast(
        const Writers& writers, BroadcastOptions options,
        std::function<void(std::string_view)> note)
        : writers_(writers), options_(std::move(options)), note_(std::move(note)) {}

    // Starts each output with its first line, behind where it ended in an earlier run, or with what
    // the kernel retains, or with what ends from now on. Returns the first SEQ that one of them
    // wants.
    std::uint64_t begin(const Status& status, bool with_backlog, const Start& start);

    void take(Record record) override;

    // As outputs get it: redacted, if that is asked for.
    [[nodiscard]] Report shown(Report report) const;

    // take() of a record that is wanted, and is as shown() makes it.
    void write(Record record);

    // The stream got so far, and there is no line for it.
    void pass(Position position);

    // Whether its tool is one of those asked for.
    [[nodiscard]] bool wants(const Report& report) const;

    void note(std::string_view text) override { note_(text); }

    [[nodiscard]] const Tally& tally() const { return tally_; }

  private:
    const Writers& writers_;
    BroadcastOptions options_;
    std::function<void(std::string_view)> note_;
    Tally tally_;
};

} // namespace error_report
