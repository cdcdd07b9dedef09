/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pure parts (detectors, assembler, ring) need of their surroundings:
 * integer types, memcpy(), and the kernel's atomics. The only file that knows
 * whether they are built in the kernel or, for tests, in user space.
 */
#ifndef ERN_PORT_H
#define ERN_PORT_H

#ifdef __KERNEL__

#include <linux/align.h>
#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>

#else

#include "port_user.h"

#endif /* __KERNEL__ */
#endif /* ERN_PORT_H */
