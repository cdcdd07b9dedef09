// SPDX-License-Identifier: MIT
// Rust's names in a kernel's stacks (RFC 2603, "v0").
#pragma once

#include <string>
#include <string_view>

namespace error_report {

// "_RNvMs3_…11rust_binder7processNtB5_7Process10update_ref" →
// "<rust_binder::process::Process>::update_ref", without generic arguments; what is no such name,
// or one with parts that are not understood, stays as it is.
std::string demangle_rust(std::string_view symbol);

} // namespace error_report
