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

class Broadcast final : public Consumer {
  public:
    using Writers = std::vector<std::unique_ptr<Writer>>;

    // Reports of other tools are passed over; without tools, none is.
    Broadcast(
        const Writers& writers, std::vector<std::string> tools,
        std::function<void(std::string_view)> note)
        : writers_(writers), tools_(std::move(tools)), note_(std::move(note)) {}

    // Starts each output with its first line, behind where it ended in an earlier run, or with what
    // the kernel retains, or with what ends from now on. Returns the first SEQ that one of them
    // wants.
    std::uint64_t begin(const Status& status, bool with_backlog, const Start& start);

    void take(Record record) override;

    void note(std::string_view text) override { note_(text); }

    [[nodiscard]] const Tally& tally() const { return tally_; }

  private:
    [[nodiscard]] bool is_wanted(const Record& record) const;

    const Writers& writers_;
    std::vector<std::string> tools_;
    std::function<void(std::string_view)> note_;
    Tally tally_;
};

} // namespace error_report
