/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The counters, as STATUS_GET tells them. A new one is a line here and one in
 * netlink.c's table of attributes.
 */
#ifndef ERN_STATS_H
#define ERN_STATS_H

#include "port.h"

/* ENDED == PUBLISHED + the sum of LOST_*; the others stand outside that sum. */
enum ern_counter {
	ERN_ENDED,
	ERN_PUBLISHED,
	ERN_LOST_NO_SLOT,
	ERN_LOST_RING_FULL,
	ERN_TRUNCATED,
	ERN_NO_EVENT,
	ERN_UNTERMINATED,
	ERN_NO_TEXT,
	ERN_MULTICAST_FAILED,
	ERN_COUNTERS
};

struct ern_stats {
	u64 counter[ERN_COUNTERS];
};

#endif /* ERN_STATS_H */
