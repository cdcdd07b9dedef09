// SPDX-License-Identifier: MIT
#include "parse/rust_symbol.h"

#include "parse/scan.h"

#include <cstdint>
#include <optional>

namespace error_report {
namespace {

using namespace scan;
using std::string_view;

// Back references make a short name's expansion long; these bound it.
constexpr int most_steps = 256;
constexpr int deepest = 32;
constexpr std::size_t longest_name = 256;

// The grammar is recursive, and so is this; deepest bounds it.
// NOLINTBEGIN(misc-no-recursion)
class Demangler {
  public:
    explicit Demangler(string_view symbol) : whole_(symbol), rest_(symbol) {}

    std::optional<std::string> run() {
        if (!path() || out_.size() > longest_name)
            return std::nullopt;
        return out_;
    }

  private:
    // Each returns false if the name is not understood.
    bool path() {
        const Deeper deeper(*this);
        if (!deeper.allowed() || rest_.empty())
            return false;
        const char tag = rest_.front();
        rest_.remove_prefix(1);
        switch (tag) {
        case 'C':
            return identifier();
        case 'N':
            return nested();
        case 'M':
            return skip_impl() && bracketed_type();
        case 'X':
            return skip_impl() && type_as_trait();
        case 'Y':
            return type_as_trait();
        case 'I':
            return path() && skip_generics();
        case 'B':
            return back_reference(&Demangler::path);
        default:
            return false;
        }
    }

    bool nested() {
        if (rest_.empty())
            return false;
        rest_.remove_prefix(1); // the namespace: a type or a value
        if (!path())
            return false;
        out_ += "::";
        return identifier();
    }

    bool bracketed_type() {
        out_ += '<';
        if (!type())
            return false;
        out_ += '>';
        return true;
    }

    bool type_as_trait() {
        out_ += '<';
        if (!type())
            return false;
        out_ += " as ";
        if (!path())
            return false;
        out_ += '>';
        return true;
    }

    // Of types only those that implementations are usually of: paths, references, pointers.
    bool type() {
        const Deeper deeper(*this);
        if (!deeper.allowed())
            return false;
        if (take(rest_, "R")) {
            out_ += '&';
            return type();
        }
        if (take(rest_, "Q")) {
            out_ += "&mut ";
            return type();
        }
        if (rest_.starts_with('B')) {
            rest_.remove_prefix(1);
            return back_reference(&Demangler::type);
        }
        return path();
    }

    bool skip_generics() {
        const auto length = out_.size();
        while (!take(rest_, "E"))
            if (!type())
                return false;
        out_.resize(length);
        return true;
    }

    // The path of an impl block itself is not shown.
    bool skip_impl() {
        const auto length = out_.size();
        if (!skip_disambiguator() || !path())
            return false;
        out_.resize(length);
        return true;
    }

    bool back_reference(bool (Demangler::*read)()) {
        const auto target = base62();
        if (!target || *target >= whole_.size())
            return false;
        const auto behind = rest_;
        rest_ = whole_.substr(*target);
        const bool good = (this->*read)();
        rest_ = behind;
        return good;
    }

    bool skip_disambiguator() { return !take(rest_, "s") || base62().has_value(); }

    bool identifier() {
        if (!skip_disambiguator() || rest_.starts_with('u'))
            return false;
        const auto length = take_number(rest_);
        take(rest_, "_");
        if (!length || *length > rest_.size() || out_.size() > longest_name)
            return false;
        out_ += *length == 0 ? "{closure}" : rest_.substr(0, *length);
        rest_.remove_prefix(*length);
        return true;
    }

    // "_" is 0, "0_" is 1 …
    std::optional<std::uint64_t> base62() {
        constexpr std::size_t most_digits = 4; // of an offset into a name, or a number to skip
        constexpr unsigned base = 62;
        if (take(rest_, "_"))
            return 0;
        auto digits = take_while(rest_, [](char c) { return is_digit(c) || is_alpha(c); });
        if (digits.empty() || !take(rest_, "_"))
            return std::nullopt;
        std::uint64_t value = 0;
        for (const char c : digits.substr(0, most_digits))
            value = value * base + static_cast<unsigned>(
                                       is_digit(c) ? c - '0'
                                       : c >= 'a'  ? c - 'a' + 10
                                                   : c - 'A' + 36);
        return value + 1;
    }

    class Deeper {
      public:
        explicit Deeper(Demangler& of) : of_(of) { ++of_.depth_; }

        Deeper(const Deeper&) = delete;
        Deeper& operator=(const Deeper&) = delete;
        Deeper(Deeper&&) = delete;
        Deeper& operator=(Deeper&&) = delete;

        ~Deeper() { --of_.depth_; }

        [[nodiscard]] bool allowed() const {
            return of_.depth_ <= deepest && ++of_.steps_ <= most_steps;
        }

      private:
        Demangler& of_;
    };

    string_view whole_; // behind "_R": what back references count from
    string_view rest_;
    std::string out_;
    int depth_ = 0;
    int steps_ = 0;
};

// NOLINTEND(misc-no-recursion)

} // namespace

std::string demangle_rust(string_view symbol) {
    auto name = symbol;
    if (take(name, "_R"))
        if (auto result = Demangler(name).run())
            return *std::move(result);
    return std::string(symbol);
}

} // namespace error_report
