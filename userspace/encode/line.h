// SPDX-License-Identifier: MIT
// What all lines of JSON have in common.
#pragma once

#include "encode/values.h"

#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace error_report {

// All ASCII, newline included: no reader can be confused by an encoding, no terminal by a control
// character. Never throws for what the strings hold.
std::string line_of(const nlohmann::ordered_json& object);

// The same line, written as its values come.
class LineValues final : public Values {
  public:
    // bytes: as many as it may become, for whom that makes faster.
    explicit LineValues(std::size_t bytes);

    void text(std::string_view name, std::string_view bytes) override;
    void number(std::string_view name, std::uint64_t value) override;
    void truth(std::string_view name, bool value) override;
    void begin_object(std::string_view name, std::size_t most) override;
    void begin_array(std::string_view name, std::size_t most) override;
    void end() override;
    void end_unless_empty() override;

    // The whole line; nothing can be put any more.
    std::string finish() &&;

  private:
    struct Level {
        char close = '}'; // what ends it
        // Of the line's bytes, where its value or the comma in front of it is.
        std::size_t begin = 0;
        bool empty = true;
    };

    void begin_value(std::string_view name);
    void begin(std::string_view name, char open, char close);

    std::string line_;
    std::vector<Level> levels_; // the innermost is the last
};

// An object without members and with room for some: one that grows copies all that it has.
nlohmann::ordered_json object_for(std::size_t members);

// What a format makes of the values of docs/json.md.
using ObjectMapper = std::function<nlohmann::ordered_json(const nlohmann::ordered_json& values)>;

struct LineLimit {
    std::size_t line = 0;   // bytes, newline included; 0 for any number
    std::size_t report = 0; // of the report object, as line_of() writes it; 0 for half of the line
};

// The line that map makes of such values, or that of the values themselves. If it is too long, the
// report object is reduced first, see parsed.h; then the text is cut and flagged. Either may be
// missing.
std::string
fitted_line(nlohmann::ordered_json values, LineLimit most, const ObjectMapper& map = nullptr);

// The same of the values that put puts, which may be called twice: they become an object only where
// the line is too long. text_bytes is about how many of the line the text makes.
std::string
fitted_line(const std::function<void(Values&)>& put, std::size_t text_bytes, std::size_t max_line);

} // namespace error_report
