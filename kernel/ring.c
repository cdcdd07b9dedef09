// SPDX-License-Identifier: GPL-2.0-only
#include "ring.h"

#define ENTRY_ALIGN	8u
#define LOSS_SIZE	ALIGN((u32)offsetofend(struct ern_entry, causes), ENTRY_ALIGN)

/*
 * Reports leave this much free, so that a loss always finds room: unless it
 * extends the newest entry, it needs one entry and the pad in front of it.
 */
#define LOSS_RESERVE	(2 * LOSS_SIZE)

static_assert(offsetof(struct ern_entry, seq) == ENTRY_ALIGN, "a pad needs kind and size only");
static_assert(2 * (sizeof(struct ern_entry) + ERN_TEXT_MAX) + LOSS_RESERVE < ERN_RING_MIN,
	      "the longest report must fit an empty ring");

void ern_ring_init(struct ern_ring *ring, char *memory, u32 size)
{
	memset(ring, 0, sizeof(*ring));
	ring->memory = memory;
	ring->size = size;
}

static struct ern_entry *entry_at(const struct ern_ring *ring, u64 position)
{
	return (struct ern_entry *)(ring->memory + (position & (ring->size - 1)));
}

static void evict(struct ern_ring *ring)
{
	const struct ern_entry *entry = entry_at(ring, ring->tail);

	ring->tail += entry->size;
	if (entry->kind == ERN_ENTRY_REPORT) {
		ring->reports--;
		ring->evicted_seq = entry->seq;
	}
}

static struct ern_entry *append(struct ern_ring *ring, u32 kind, u32 size)
{
	struct ern_entry *entry = entry_at(ring, ring->head);

	entry->kind = kind;
	entry->size = size;
	ring->head += size;
	return entry;
}

/*
 * Adds an entry in one piece, with @reserve bytes to spare behind it. Returns
 * NULL if what was not sent yet leaves no room.
 */
static struct ern_entry *add(struct ern_ring *ring, u32 kind, u32 size, u32 reserve)
{
	u32 to_end = ring->size - (ring->head & (ring->size - 1));
	u32 pad = to_end < size ? to_end : 0;

	if (ring->head + pad + size + reserve - ring->unsent > ring->size)
		return NULL;
	while (ring->head + pad + size + reserve - ring->tail > ring->size)
		evict(ring);

	if (pad)
		append(ring, ERN_ENTRY_PAD, pad);
	ring->newest = append(ring, kind, size);
	return ring->newest;
}

static void count_flags(struct ern_stats *stats, u32 flags)
{
	static const struct {
		u32 flag;
		enum ern_counter counter;
	} table[] = {
		{ ERROR_REPORT_FLAG_TRUNCATED, ERN_TRUNCATED },
		{ ERROR_REPORT_FLAG_NO_EVENT, ERN_NO_EVENT },
		{ ERROR_REPORT_FLAG_UNTERMINATED, ERN_UNTERMINATED },
		{ ERROR_REPORT_FLAG_NO_TEXT, ERN_NO_TEXT },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		if (flags & table[i].flag)
			stats->counter[table[i].counter]++;
}

void ern_ring_publish(struct ern_ring *ring, const struct ern_report *report, const char *text,
		      u32 len)
{
	u32 size = ALIGN((u32)offsetof(struct ern_entry, text) + len + 1, ENTRY_ALIGN);
	struct ern_entry *entry = add(ring, ERN_ENTRY_REPORT, size, LOSS_RESERVE);

	if (!entry) {
		ern_ring_lose(ring, 1, ERROR_REPORT_CAUSE_RING_FULL);
		return;
	}
	entry->seq = ++ring->stats.counter[ERN_ENDED];
	entry->report = *report;
	entry->text_len = len;
	memcpy(entry->text, text, len);
	entry->text[len] = '\0';

	ring->reports++;
	ring->max_text = max(ring->max_text, len);
	ring->newest_seq = entry->seq;
	ring->stats.counter[ERN_PUBLISHED]++;
	count_flags(&ring->stats, report->flags);
}

void ern_ring_lose(struct ern_ring *ring, u32 count, u32 cause)
{
	struct ern_entry *entry = ring->newest;
	u64 *ended = &ring->stats.counter[ERN_ENDED];
	enum ern_counter counter = cause == ERROR_REPORT_CAUSE_NO_SLOT ? ERN_LOST_NO_SLOT :
									 ERN_LOST_RING_FULL;

	if (!entry || entry->kind != ERN_ENTRY_LOSS) {
		/* Cannot fail, see LOSS_RESERVE; SEQ would have an unexplained gap. */
		entry = add(ring, ERN_ENTRY_LOSS, LOSS_SIZE, 0);
		if (entry) {
			entry->seq = *ended + 1;
			entry->causes = 0;
		}
	}
	*ended += count;
	ring->stats.counter[counter] += count;
	if (entry) {
		entry->last = *ended;
		entry->causes |= cause;
	}
}

const struct ern_entry *ern_ring_unsent(const struct ern_ring *ring)
{
	u64 position = ring->unsent;
	const struct ern_entry *entry;

	if (position == ring->head)
		return NULL;
	entry = entry_at(ring, position);
	/* A pad never comes last. */
	return entry->kind == ERN_ENTRY_PAD ? entry_at(ring, position + entry->size) : entry;
}

void ern_ring_sent(struct ern_ring *ring)
{
	const struct ern_entry *entry = entry_at(ring, ring->unsent);

	if (entry->kind == ERN_ENTRY_PAD) {
		ring->unsent += entry->size;
		entry = entry_at(ring, ring->unsent);
	}
	ring->unsent += entry->size;
	/* What was sent must not grow any more. */
	if (entry == ring->newest)
		ring->newest = NULL;
}

struct ern_cursor ern_ring_begin(const struct ern_ring *ring, u64 seq)
{
	return (struct ern_cursor) {
		.position = ring->tail,
		.seq = max(seq, ring->evicted_seq + 1),
	};
}

const struct ern_entry *ern_ring_next(const struct ern_ring *ring, struct ern_cursor *cursor,
				      u32 *steps)
{
	if (cursor->position < ring->tail) {
		cursor->position = ring->tail;
		if (cursor->seq <= ring->evicted_seq)
			cursor->skipped = true;
	}
	for (; cursor->position != ring->head && *steps; --*steps) {
		const struct ern_entry *entry = entry_at(ring, cursor->position);

		if (entry->kind == ERN_ENTRY_REPORT && entry->seq >= cursor->seq)
			return entry;
		cursor->position += entry->size;
	}
	return NULL;
}

u64 ern_ring_oldest(const struct ern_ring *ring)
{
	struct ern_cursor cursor = ern_ring_begin(ring, 0);
	u32 steps = U32_MAX;
	const struct ern_entry *entry = ern_ring_next(ring, &cursor, &steps);

	return entry ? entry->seq : 0;
}
