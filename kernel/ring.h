/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The history: reports and losses in the order of SEQ, in one preallocated piece
 * of memory. Pure, and without a lock of its own: the caller holds one around
 * every call, except where a comment says otherwise.
 *
 *	tail ............ unsent ............ head
 *	| sent: may be    | the worker's: is   | free, up to the tail
 *	| evicted         | never overwritten  |
 *
 * Positions count bytes since the beginning and only grow; an entry's place in
 * memory is its position modulo the size.
 */
#ifndef ERN_RING_H
#define ERN_RING_H

#include "port.h"
#include "report.h"
#include "stats.h"

enum ern_entry_kind {
	ERN_ENTRY_REPORT,
	ERN_ENTRY_LOSS,
	ERN_ENTRY_PAD,		/* from the last entry to the end of the memory */
};

/**
 * struct ern_entry - a report, or a range of lost ones
 * @size: bytes up to the next entry
 * @kind: enum ern_entry_kind
 * @seq: the report's, or the first lost
 * @last: the last lost, inclusive
 * @causes: of the loss, ERROR_REPORT_CAUSE_*
 * @text_len: bytes of @text, without its NUL
 * @report: the rest of a report
 * @text: NUL-terminated
 */
struct ern_entry {
	u32 size;
	u32 kind;
	u64 seq;
	union {
		struct {
			u64 last;
			u32 causes;
		};
		struct {
			struct ern_report report;
			u32 text_len;
			char text[];
		};
	};
};

struct ern_ring {
	char *memory;
	u32 size;		/* a power of two */
	u32 reports;		/* in it */
	u32 max_text;		/* the longest text it ever held */
	u64 newest_seq;		/* of the newest report, 0 before the first */
	u64 evicted_seq;	/* of the latest report evicted, 0 before the first */
	u64 tail;
	u64 unsent;
	u64 head;
	struct ern_entry *newest;	/* at the end before head, NULL if sent */
	struct ern_stats stats;
};

/* The least size: the longest report fits wherever the memory ends. */
#define ERN_RING_MIN		(256u << 10)

/**
 * struct ern_cursor - a reader's place between entries
 * @position: of the next entry
 * @seq: the least SEQ that the reader still wants
 * @skipped: a report that the reader wanted was evicted before it came there
 */
struct ern_cursor {
	u64 position;
	u64 seq;
	bool skipped;
};

/**
 * ern_ring_init() - set up an empty ring
 * @ring: to set up
 * @memory: its memory, aligned to 8 bytes
 * @size: of @memory, a power of two of at least ERN_RING_MIN
 */
void ern_ring_init(struct ern_ring *ring, char *memory, u32 size);

/**
 * ern_ring_publish() - add a report under the next SEQ
 * @ring: the ring
 * @report: what is known of it
 * @text: its text
 * @len: bytes of @text
 *
 * Evicts sent entries as needed. Without room the report is a loss.
 */
void ern_ring_publish(struct ern_ring *ring, const struct ern_report *report, const char *text,
		      u32 len);

/**
 * ern_ring_lose() - account for reports that never got here
 * @ring: the ring
 * @count: how many
 * @cause: one of ERROR_REPORT_CAUSE_*
 */
void ern_ring_lose(struct ern_ring *ring, u32 count, u32 cause);

/**
 * ern_ring_unsent() - the oldest entry that was not sent
 * @ring: the ring
 *
 * Return: it, or NULL. A report stays as it is until ern_ring_sent(), also while
 * the lock is not held; a loss may still grow, so copy it.
 */
const struct ern_entry *ern_ring_unsent(const struct ern_ring *ring);

/**
 * ern_ring_sent() - let the oldest unsent entry be evicted when room is needed
 * @ring: the ring, with an unsent entry
 */
void ern_ring_sent(struct ern_ring *ring);

/**
 * ern_ring_begin() - a cursor in front of the oldest report with at least a SEQ
 * @ring: the ring
 * @seq: SEQ, 0 for the oldest that there is
 */
struct ern_cursor ern_ring_begin(const struct ern_ring *ring, u64 seq);

/**
 * ern_ring_next() - go to the next report
 * @ring: the ring
 * @cursor: left in front of the report returned; ern_ring_skip() goes past it
 * @steps: entries to pass over at the most, so that a lock is not held for long
 *
 * Return: the report, valid as long as the lock is held; NULL if @steps came to
 * 0, or else if there is none.
 */
const struct ern_entry *ern_ring_next(const struct ern_ring *ring, struct ern_cursor *cursor,
				      u32 *steps);

/**
 * ern_ring_skip() - go past the report that ern_ring_next() returned
 * @cursor: the cursor
 * @entry: the report
 */
static inline void ern_ring_skip(struct ern_cursor *cursor, const struct ern_entry *entry)
{
	cursor->position += entry->size;
	cursor->seq = entry->seq + 1;
}

/**
 * ern_ring_oldest() - SEQ of the oldest report
 * @ring: the ring
 *
 * Return: it, or 0 if there is none.
 */
u64 ern_ring_oldest(const struct ern_ring *ring);

#endif /* ERN_RING_H */
