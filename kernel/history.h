/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ring with its lock and the limits: what delivery fills and netlink reads.
 */
#ifndef ERN_HISTORY_H
#define ERN_HISTORY_H

#include <linux/spinlock.h>

#include "ring.h"

/**
 * struct ern_limits - the module's parameters, as in force
 * @slots: reports that can be printed at once
 * @slot_size: the longest text, in bytes
 * @ring_size: in bytes, a power of two
 * @silence_ms: without a line, after which a report is taken to have ended
 * @use_start_event: attach to error_report_start where the kernel has it
 */
struct ern_limits {
	u32 slots;
	u32 slot_size;
	u32 ring_size;
	u32 silence_ms;
	bool use_start_event;
};

/**
 * struct ern_history - everything that was published
 * @lock: for @ring; raw, because irq_work takes it, and never taken in a probe
 * @ring: the reports
 * @instance: random, tells one load of the module from another
 */
struct ern_history {
	raw_spinlock_t lock;
	struct ern_ring ring;
	u64 instance;
};

#endif /* ERN_HISTORY_H */
