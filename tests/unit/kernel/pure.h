// SPDX-License-Identifier: GPL-2.0-only
// The module's pure parts, for C++: built from the kernel's own source.
#ifndef ERN_TESTS_PURE_H
#define ERN_TESTS_PURE_H

// Outside of extern "C"; port_user.h includes their C twins.
#include <cstddef>
#include <cstdint>
#include <cstring>

extern "C" {
#include "assembler.h"
#include "detectors.h"
#include "ring.h"
}

#endif // ERN_TESTS_PURE_H
