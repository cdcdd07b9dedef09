// SPDX-License-Identifier: GPL-2.0-only
#include "assembler.h"

/* The low bits of an owner word that is not 0, which is FREE. */
enum phase {
	OPEN = 1,
	BUSY,
	DONE,
};

static_assert((ERN_CONTEXTS - 1) << ERN_CONTEXT_SHIFT < ERN_TASK_ALIGN,
	      "task and context must fit one word");

void ern_assembler_init(struct ern_assembler *a, unsigned long *owner, struct ern_slot *slot,
			char *text, u32 slots, u32 slot_size,
			void (*done)(struct ern_slot *slot))
{
	u32 i;

	memset(a, 0, sizeof(*a));
	a->owner = owner;
	a->slots = slot;
	a->n = slots + ERN_SPARE_SLOTS;
	a->done = done;

	for (i = 0; i < a->n; i++) {
		owner[i] = 0;
		memset(&slot[i], 0, sizeof(slot[i]));
		slot[i].owner = &owner[i];
		slot[i].size = i < slots ? slot_size : ERN_SPARE_SIZE;
		slot[i].text = text;
		text += slot[i].size;
	}
}

/*
 * Makes an OPEN slot BUSY. The cmpxchg() is ordered behind what the previous
 * holder wrote, by that one's release in put().
 */
static bool take(struct ern_slot *s, unsigned long open)
{
	return cmpxchg(s->owner, open, (open & ~ERN_PHASE_MASK) | BUSY) == open;
}

static void put(struct ern_slot *s)
{
	/* Pairs with the cmpxchg() in take(). */
	smp_store_release(s->owner, (READ_ONCE(*s->owner) & ~ERN_PHASE_MASK) | OPEN);
}

static void name(struct ern_report *r, const char *tool)
{
	size_t len = min(strlen(tool), sizeof(r->tool) - 1);

	memcpy(r->tool, tool, len);
	r->tool[len] = '\0';
}

/* Ends the report in a BUSY slot, which then is the callee's of a->done(). */
static void finish(struct ern_assembler *a, struct ern_slot *s, u32 flags)
{
	struct ern_report *r = &s->report;

	if (!r->text_len)
		flags |= ERROR_REPORT_FLAG_NO_TEXT;
	if (!r->tool[0])
		name(r, s->detector ? s->detector->tool : "unknown");
	r->flags |= flags;

	/* Before done(): an interrupt may then release the slot at any moment. */
	smp_store_release(s->owner, READ_ONCE(*s->owner) | DONE);
	a->done(s);
}

static void abandon(struct ern_assembler *a, struct ern_slot *s)
{
	finish(a, s, s->footer ? ERROR_REPORT_FLAG_NO_EVENT : ERROR_REPORT_FLAG_UNTERMINATED);
}

/* The innermost open report of a context; says in @changed if it ended another. */
static struct ern_slot *find_innermost(struct ern_assembler *a, const struct ern_printer *by,
				       bool *changed)
{
	unsigned long open = by->owner | OPEN;
	struct ern_slot *innermost = NULL;
	/*
	 * May be older than what other CPUs have made of it, and hides no report of ours even so:
	 * this context raised it, or found it high enough, before it opened one, it never falls,
	 * and a task that migrates takes along what it saw. What interrupts us here has another
	 * owner word; a report that our own probe raises is found by the next look.
	 */
	u32 top = READ_ONCE(a->top);
	u32 i;

	for (i = 0; i < top; i++) {
		struct ern_slot *s = &a->slots[i];

		if (READ_ONCE(a->owner[i]) != open)
			continue;
		if (READ_ONCE(s->start_time) != by->start_time) {
			/* A dead task's, whose address was given to this one. */
			if (take(s, open)) {
				abandon(a, s);
				*changed = true;
			}
			continue;
		}
		if (!innermost || READ_ONCE(s->depth) > READ_ONCE(innermost->depth))
			innermost = s;
	}
	return innermost;
}

/* Takes it. One that a sweep was quicker to take is open no more, so this ends. */
static struct ern_slot *take_innermost(struct ern_assembler *a, const struct ern_printer *by,
				       bool *changed)
{
	struct ern_slot *s;

	do {
		s = find_innermost(a, by, changed);
	} while (s && !take(s, by->owner | OPEN));
	return s;
}

/*
 * Ends @s (BUSY, or NULL) if only its event was missing: that would have come
 * right behind the footer. Returns the report around it then, BUSY, or NULL.
 */
static struct ern_slot *leave_footer(struct ern_assembler *a, const struct ern_printer *by,
				     struct ern_slot *s, bool *changed)
{
	while (s && s->footer) {
		finish(a, s, ERROR_REPORT_FLAG_NO_EVENT);
		*changed = true;
		s = take_innermost(a, by, changed);
	}
	return s;
}

static void raise_top(struct ern_assembler *a, u32 top)
{
	u32 old = READ_ONCE(a->top);

	while (old < top) {
		u32 was = cmpxchg(&a->top, old, top);

		if (was == old)
			break;
		old = was;
	}
}

/* Returns a BUSY slot, or NULL with the loss left to the caller. */
static struct ern_slot *claim(struct ern_assembler *a, const struct ern_printer *by,
			      enum ern_mark opens, u32 depth)
{
	struct ern_slot *s;
	u32 i;

	for (i = 0; i < a->n; i++)
		/* Pairs with the release in ern_assembler_release(). */
		if (!READ_ONCE(a->owner[i]) && !cmpxchg(&a->owner[i], 0ul, by->owner | BUSY))
			break;
	if (i == a->n)
		return NULL;
	atomic_inc(&a->active);
	raise_top(a, i + 1);

	s = &a->slots[i];
	s->len = 0;
	s->next = NULL;
	WRITE_ONCE(s->start_time, by->start_time);
	WRITE_ONCE(s->last, by->now);
	s->detector = NULL;
	s->opens = opens;
	WRITE_ONCE(s->depth, depth);
	s->records = 0;
	s->started = false;
	s->footer = false;

	memset(&s->report, 0, sizeof(s->report));
	s->report.cpu = by->cpu;
	s->report.pid = by->pid;
	s->report.context = by->context;
	memcpy(s->report.comm, by->comm, ERN_COMM_LEN - 1);
	return s;
}

/* Bytes up to the end of the last line that came whole; all, if none did. */
static u32 whole_lines(const char *text, u32 len)
{
	u32 end = len;

	while (end && text[end - 1] != '\n')
		end--;
	return end ? end - 1 : len;
}

/* Appends to the text the lines of it that fit; the text has no NUL inside. */
static void append(struct ern_slot *s, const char *text, size_t len)
{
	size_t fits = min(len, (size_t)(s->size - s->len));
	char *to = s->text + s->len;
	char *end = to + fits;

	/* What never falls silent must not come round to a small number, or 0. */
	s->report.text_len += min(len, (size_t)(U32_MAX - s->report.text_len));
	if (s->report.flags & ERROR_REPORT_FLAG_TRUNCATED)
		return;

	memcpy(to, text, fits);
	s->len += fits;
	if (fits < len) {
		s->report.flags |= ERROR_REPORT_FLAG_TRUNCATED;
		/* Unless it is the newline that did not fit. */
		if (text[fits] != '\n')
			s->len = whole_lines(s->text, s->len);
	}
	while ((to = memchr(to, '\0', end - to)))
		*to = '?';
}

static void append_record(struct ern_slot *s, const char *text, size_t len)
{
	if (s->records++)
		append(s, "\n", 1);
	append(s, text, len);
}

/*
 * Opens a report, inside @outer (BUSY, and put here) if there is one. Without a
 * slot, nothing: the loss is counted at the report's end event or, for one that
 * fires none, at the headline behind "cut here".
 */
static struct ern_slot *open_report(struct ern_assembler *a, const struct ern_printer *by,
				    struct ern_slot *outer, enum ern_mark opens)
{
	u32 depth = outer ? outer->depth + 1 : 0;

	if (depth == ERN_NESTING_MAX) {
		abandon(a, outer);
		depth--;
	} else if (outer) {
		put(outer);
	}
	return claim(a, by, opens, depth);
}

/* What was noted of the record before this one, if that was of the same context. */
static enum ern_mark take_note(const struct ern_printer *by)
{
	struct ern_note *note = by->note;
	enum ern_mark mark = note->mark[by->context];

	if (mark == ERN_MARK_NONE)
		return mark;
	WRITE_ONCE(note->mark[by->context], ERN_MARK_NONE);
	return note->owner[by->context] == by->owner ? mark : ERN_MARK_NONE;
}

static void leave_note(const struct ern_printer *by, enum ern_mark mark)
{
	by->note->owner[by->context] = by->owner;
	WRITE_ONCE(by->note->mark[by->context], mark);
}

/* Where @s stands after a record that is a mark. Returns false if @s is no more held. */
static bool take_mark(struct ern_assembler *a, struct ern_slot *s, enum ern_mark mark)
{
	if (mark == ERN_MARK_RULE && s->opens == ERN_MARK_RULE && s->records) {
		/* With an event, it had come before this rule. */
		finish(a, s, ERROR_REPORT_FLAG_NO_EVENT);
		return false;
	}
	if (mark == ERN_MARK_END_TRACE && s->opens != ERN_MARK_RULE &&
	    s->opens != ERN_MARK_BEGIN) {
		if (s->detector && !s->detector->fires_event) {
			finish(a, s, ERROR_REPORT_FLAG_NO_EVENT);
			return false;
		}
		s->footer = true;
	}
	/* The start event came first, and now the header behind it. */
	if (s->opens == ERN_MARK_NONE && !s->records && mark != ERN_MARK_END_TRACE)
		s->opens = mark;
	return true;
}

/* A fragment that begins a record. @s is the innermost open report, BUSY, or NULL. */
static void take_record(struct ern_assembler *a, const struct ern_printer *by, struct ern_slot *s,
			bool whole, const char *text, size_t len, bool *changed)
{
	enum ern_mark before = take_note(by);
	enum ern_mark mark = whole ? ern_mark(text, len) : ERN_MARK_NONE;
	const struct ern_detector *headline = NULL;

	s = leave_footer(a, by, s, changed);
	if (whole && before != ERN_MARK_NONE)
		headline = ern_detector_by_headline(before, text, len);

	if (before == ERN_MARK_CUT_HERE) {
		/* There was no slot, and no end event will tell. */
		if (headline && !headline->fires_event) {
			atomic_inc(&a->lost);
			*changed = true;
		}
		headline = NULL;
	}
	if (mark == ERN_MARK_RULE)
		leave_note(by, mark);
	if (mark == ERN_MARK_CUT_HERE && (!s || s->opens != ERN_MARK_NONE || s->records)) {
		s = open_report(a, by, s, mark);
		if (!s)
			leave_note(by, mark);
		*changed = true;
	} else if (headline && (!s || s->opens != ERN_MARK_RULE || s->records)) {
		s = open_report(a, by, s, ERN_MARK_RULE);
		*changed = true;
		if (!s) {
			/* As its other lines will, it goes to the report around it. */
			headline = NULL;
			s = take_innermost(a, by, changed);
		}
	}
	if (!s)
		return;

	WRITE_ONCE(s->last, by->now);
	s->next = text + len;
	if (mark != ERN_MARK_NONE) {
		if (!take_mark(a, s, mark)) {
			*changed = true;
			return;
		}
	} else {
		if (!headline)
			headline = ern_detector_by_headline(s->opens, text, len);
		if (headline && (!s->detector || !s->detector->fires_event))
			s->detector = headline;
		append_record(s, text, len);
	}
	put(s);
}

bool ern_assembler_fragment(struct ern_assembler *a, const struct ern_printer *by,
			    const char *text, size_t len)
{
	bool whole = READ_ONCE(a->end) != text;
	bool changed = false;
	struct ern_slot *s;

	WRITE_ONCE(a->end, text + len);
	s = atomic_read(&a->active) ? take_innermost(a, by, &changed) : NULL;

	/* A new record always lies behind a block header, so not right there. */
	if (s && s->next == text) {
		s->next = text + len;
		WRITE_ONCE(s->last, by->now);
		append(s, text, len);
		put(s);
	} else {
		take_record(a, by, s, whole, text, len, &changed);
	}
	return changed;
}

bool ern_assembler_start(struct ern_assembler *a, const struct ern_printer *by)
{
	bool changed = false;
	struct ern_slot *s = take_innermost(a, by, &changed);

	s = leave_footer(a, by, s, &changed);
	if (!s || s->started) {
		s = open_report(a, by, s, ERN_MARK_NONE);
		changed = true;
	}
	if (s) {
		s->started = true;
		put(s);
	}
	return changed;
}

/*
 * Ends @s (BUSY) at its event. Without it, whose beginning found no slot, there is a report
 * without text, or a loss.
 */
static void end_report(struct ern_assembler *a, const struct ern_printer *by, struct ern_slot *s,
		       const char *tool, u64 id)
{
	if (!s)
		s = claim(a, by, ERN_MARK_NONE, 0);
	if (!s) {
		atomic_inc(&a->lost);
		return;
	}
	name(&s->report, tool);
	s->report.id = id;
	finish(a, s, 0);
}

/* Whether an end event can be that of @s; else it is another's, whose header found no slot. */
static bool can_end(const struct ern_slot *s, const struct ern_detector *detector)
{
	if (s->opens == ERN_MARK_BEGIN)
		return false;
	return !detector || s->opens == ERN_MARK_NONE || s->opens == detector->opens;
}

bool ern_assembler_end(struct ern_assembler *a, const struct ern_printer *by,
		       const struct ern_detector *detector, u64 id)
{
	bool changed = false;
	struct ern_slot *s = take_innermost(a, by, &changed);

	if (s && !can_end(s, detector)) {
		put(s);
		s = NULL;
	}
	end_report(a, by, s, detector ? detector->tool : "", id);
	return true;
}

bool ern_assembler_begin(struct ern_assembler *a, const struct ern_printer *by, const char *tool,
			 u64 id)
{
	bool changed = false;
	struct ern_slot *s = take_innermost(a, by, &changed);

	s = leave_footer(a, by, s, &changed);
	s = open_report(a, by, s, ERN_MARK_BEGIN);
	if (s) {
		s->started = true;
		name(&s->report, tool);
		s->report.id = id;
		put(s);
	}
	return true;
}

static bool is_begun(const struct ern_slot *s, const char *tool, u64 id)
{
	return s->opens == ERN_MARK_BEGIN && s->report.id == id &&
	       !strncmp(s->report.tool, tool, sizeof(s->report.tool) - 1);
}

bool ern_assembler_finish(struct ern_assembler *a, const struct ern_printer *by, const char *tool,
			  u64 id)
{
	struct ern_slot *inside[ERN_NESTING_MAX];
	struct ern_slot *s = NULL;
	bool changed = false;
	u32 i, n = 0;

	while (n < ARRAY_SIZE(inside)) {
		s = take_innermost(a, by, &changed);
		if (!s || is_begun(s, tool, id))
			break;
		inside[n++] = s;
		s = NULL;
	}
	for (i = 0; i < n; i++) {
		if (s)
			abandon(a, inside[i]);
		else
			put(inside[i]);
	}
	if (s)
		finish(a, s, 0);
	else
		end_report(a, by, NULL, tool, id);
	return true;
}

bool ern_assembler_sweep(struct ern_assembler *a, unsigned long now, unsigned long silence)
{
	bool ended = false;
	u32 i;

	for (i = 0; i < a->n; i++) {
		struct ern_slot *s = &a->slots[i];
		/* Pairs with put(): an OPEN slot's time is not the one before its claim. */
		unsigned long owner = smp_load_acquire(s->owner);

		if ((owner & ERN_PHASE_MASK) == OPEN &&
		    (long)(now - READ_ONCE(s->last) - silence) >= 0 && take(s, owner)) {
			abandon(a, s);
			ended = true;
		}
	}
	return ended;
}

void ern_assembler_release(struct ern_assembler *a, struct ern_slot *s)
{
	atomic_dec(&a->active);
	/* Pairs with the cmpxchg() in claim(): the next owner comes after us. */
	smp_store_release(s->owner, 0ul);
}
