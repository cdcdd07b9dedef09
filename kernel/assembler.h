/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fragments of the console trace event in, finished reports out. Pure: no lock,
 * no allocation, no clock, no I/O; every function may run in any context, NMI
 * included, and concurrently with every other.
 *
 * A slot collects one report of one context. It belongs to that context alone,
 * so it has one writer; its owner word says to whom, and in which phase it is:
 *
 *	FREE --claim--> BUSY --put--> OPEN --take--> BUSY --finish--> DONE --release--> FREE
 *
 * The owner takes a slot for the length of one call. Whoever else wants an OPEN
 * slot (the sweep, for a report that never ended) takes it the same way, so a
 * cmpxchg() decides. As the word holds the owner, a slot that was recycled in
 * between is not mistaken for what it was.
 */
#ifndef ERN_ASSEMBLER_H
#define ERN_ASSEMBLER_H

#ifdef __KERNEL__
#include <linux/llist.h>
#endif

#include "detectors.h"
#include "port.h"
#include "report.h"

/*
 * Reports that are printed when every slot is in use get one of these: enough
 * for the headline and to know which report the end event belongs to.
 */
#define ERN_SPARE_SLOTS		64u
#define ERN_SPARE_SIZE		512u

/* Reports that one context may have open at once, one inside the other. */
#define ERN_NESTING_MAX		4u

#define ERN_CONTEXTS		4u

/**
 * struct ern_note - one CPU's memory of the record before, for marks without a slot
 * @mark: by context, enum ern_mark: a rule, or a "cut here" that found no slot
 * @any: whether any is set
 * @owner: by context, who printed that mark
 *
 * KASAN and KFENCE print a rule and the headline behind it with interrupts off,
 * so that both records meet on one CPU. A context writes its own bytes only.
 */
struct ern_note {
	union {
		u8 mark[ERN_CONTEXTS];
		u32 any;
	};
	unsigned long owner[ERN_CONTEXTS];
};

/**
 * struct ern_printer - the context that prints
 * @owner: address of its task, with the context in bits 2 and 3
 * @start_time: the task's, for a task may get a dead one's address
 * @now: a clock of the caller's, as for ern_assembler_sweep()
 * @note: its CPU's note
 * @comm: the task's name
 * @pid: thread id
 * @cpu: its CPU
 * @context: enum error_report_context
 */
struct ern_printer {
	unsigned long owner;
	u64 start_time;
	unsigned long now;
	struct ern_note *note;
	const char *comm;
	u32 pid;
	u32 cpu;
	u32 context;
};

/* A task's address has these bits clear: task_struct is cache line aligned. */
#define ERN_PHASE_MASK		3ul
#define ERN_CONTEXT_SHIFT	2
#define ERN_TASK_ALIGN		16ul

/**
 * struct ern_slot - one report in the making
 * @node: for the caller, once it is DONE
 * @owner: the owner word, in ern_assembler.owner
 * @report: what is known but the text
 * @text: the text, not NUL-terminated
 * @len: bytes of it
 * @size: the most that @text can hold
 * @next: where the latest fragment ended in the log; one that begins there
 *	continues it
 * @start_time: the owner's
 * @last: when the latest fragment came
 * @detector: told from the text so far, or NULL
 * @opens: the mark that opened it, ERN_MARK_NONE if the start event did
 * @depth: 0, or more for a report inside another of the same context
 * @records: that came so far
 * @started: by the start event or by error_report_begin()
 * @footer: was seen, the end event should follow
 *
 * All but @owner is the owner's while it holds the slot, and the caller's once
 * it is DONE. @start_time, @last and @depth are also read by others. A take that
 * succeeds confirms the first and the last; @last may have changed, which ends a
 * report that was continued at that moment.
 */
struct ern_slot {
	struct llist_node node;
	unsigned long *owner;
	struct ern_report report;
	char *text;
	u32 len;
	u32 size;
	const char *next;
	u64 start_time;
	unsigned long last;
	const struct ern_detector *detector;
	enum ern_mark opens;
	u32 depth;
	u32 records;
	bool started;
	bool footer;
};

/**
 * struct ern_assembler - all slots
 * @active: slots that are not FREE
 * @lost: reports that found no slot and were not collected yet
 * @end: where the latest fragment of anyone ended in the log
 * @owner: the owner words, together so that a look through them is short
 * @slots: as many
 * @n: how many, spare ones included
 * @top: no slot from here on was ever in use; it only grows
 * @done: gets each finished slot, in the context that finished it
 */
struct ern_assembler {
	atomic_t active;
	atomic_t lost;
	const char *end;
	unsigned long *owner;
	struct ern_slot *slots;
	u32 n;
	u32 top;
	void (*done)(struct ern_slot *slot);
};

/**
 * ern_assembler_init() - set up
 * @a: to set up
 * @owner: @slots + ERN_SPARE_SLOTS words
 * @slot: @slots + ERN_SPARE_SLOTS slots
 * @text: ern_assembler_text_size() bytes
 * @slots: number of full slots
 * @slot_size: bytes of text that a full slot holds
 * @done: see struct ern_assembler
 */
void ern_assembler_init(struct ern_assembler *a, unsigned long *owner, struct ern_slot *slot,
			char *text, u32 slots, u32 slot_size,
			void (*done)(struct ern_slot *slot));

static inline size_t ern_assembler_text_size(u32 slots, u32 slot_size)
{
	return (size_t)slots * slot_size + ERN_SPARE_SLOTS * ERN_SPARE_SIZE;
}

/**
 * ern_assembler_idle() - the quick way out for nearly every printk
 * @a: the assembler
 * @note: this CPU's
 * @text: the fragment, in the log's own memory
 * @len: its length
 *
 * Return: true if the fragment means nothing; else hand it to
 * ern_assembler_fragment().
 */
static inline bool ern_assembler_idle(struct ern_assembler *a, const struct ern_note *note,
				      const char *text, size_t len)
{
	if (likely(!atomic_read(&a->active) && !READ_ONCE(note->any) &&
		   !(len && (*text == '-' || *text == '=')))) {
		WRITE_ONCE(a->end, text + len);
		return true;
	}
	return false;
}

/**
 * ern_assembler_fragment() - take what one printk stored
 * @a: the assembler
 * @by: who printed
 * @text: the fragment, in the log's own memory: its address tells whether it
 *	continues the one before
 * @len: its length, without a trailing newline
 *
 * Return: true if a report began, ended or was lost, so that the caller should
 * look at what @done got, at @lost, and see to a later sweep.
 */
bool ern_assembler_fragment(struct ern_assembler *a, const struct ern_printer *by,
			    const char *text, size_t len);

/**
 * ern_assembler_start() - take an error_report_start event
 * @a: the assembler
 * @by: who fired it
 *
 * Return: as ern_assembler_fragment().
 */
bool ern_assembler_start(struct ern_assembler *a, const struct ern_printer *by);

/**
 * ern_assembler_end() - take an error_report_end event
 * @a: the assembler
 * @by: who fired it
 * @detector: the event's, NULL if not known
 * @id: the event's
 *
 * Return: as ern_assembler_fragment().
 */
bool ern_assembler_end(struct ern_assembler *a, const struct ern_printer *by,
		       const struct ern_detector *detector, u64 id);

/**
 * ern_assembler_begin() - open a report whose printer says where it begins and ends
 * @a: the assembler
 * @by: who prints it
 * @tool: the report's
 * @id: the report's
 *
 * Return: as ern_assembler_fragment().
 */
bool ern_assembler_begin(struct ern_assembler *a, const struct ern_printer *by, const char *tool,
			 u64 id);

/**
 * ern_assembler_finish() - end that report, and what is still open inside it
 * @a: the assembler
 * @by: as in ern_assembler_begin()
 * @tool: likewise
 * @id: likewise
 *
 * Return: as ern_assembler_fragment().
 */
bool ern_assembler_finish(struct ern_assembler *a, const struct ern_printer *by, const char *tool,
			  u64 id);

/**
 * ern_assembler_sweep() - end the reports that fell silent
 * @a: the assembler
 * @now: as ern_printer.now
 * @silence: since when, in the same unit; 0 ends every open report
 *
 * Return: true if one ended.
 */
bool ern_assembler_sweep(struct ern_assembler *a, unsigned long now, unsigned long silence);

/**
 * ern_assembler_release() - give a finished slot back
 * @a: the assembler
 * @slot: DONE, and not to be touched afterwards
 */
void ern_assembler_release(struct ern_assembler *a, struct ern_slot *slot);

#endif /* ERN_ASSEMBLER_H */
