// SPDX-License-Identifier: MIT
// Values as an object of the JSON library.
#pragma once

#include "encode/values.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

namespace error_report {

class TreeValues final : public Values {
  public:
    // Adds to the object, which outlives this.
    explicit TreeValues(nlohmann::ordered_json& object) : open_{&object} {}

    void text(std::string_view name, std::string_view bytes) override;
    void number(std::string_view name, std::uint64_t value) override;
    void truth(std::string_view name, bool value) override;
    void begin_object(std::string_view name, std::size_t most) override;
    void begin_array(std::string_view name, std::size_t most) override;
    void end() override;
    void end_unless_empty() override;

  private:
    nlohmann::ordered_json& add(std::string_view name, nlohmann::ordered_json value);

    std::vector<nlohmann::ordered_json*> open_; // the innermost is the last
};

} // namespace error_report
