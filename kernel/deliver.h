/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a finished slot to the subscribers, in two steps:
 *
 *	irq_work, one a CPU	slot -> ring; draws the SEQ, frees the slot
 *	worker			ring -> netlink, sysfs
 *
 * The first cannot be starved by the CPUs that report, the second may sleep.
 */
#ifndef ERN_DELIVER_H
#define ERN_DELIVER_H

struct ern_assembler;
struct ern_history;
struct ern_limits;

/**
 * ern_deliver_init() - allocate all memory that a report will need
 * @limits: validated
 *
 * Process context. Return: 0 or -ENOMEM.
 */
int ern_deliver_init(const struct ern_limits *limits);

/**
 * ern_deliver_kick() - see to what the assembler has
 *
 * Any context, NMI included, with preemption off.
 */
void ern_deliver_kick(void);

/**
 * ern_deliver_flush() - deliver all that there is, and stop
 *
 * Process context, after ern_capture_stop(). Reports still open are delivered
 * as unterminated.
 */
void ern_deliver_flush(void);

/**
 * ern_deliver_exit() - free all memory
 *
 * Process context, when nobody reads the history any more.
 */
void ern_deliver_exit(void);

struct ern_assembler *ern_deliver_assembler(void);
struct ern_history *ern_deliver_history(void);

#endif /* ERN_DELIVER_H */
