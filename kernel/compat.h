/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the kernels that the module is for, 6.1 and newer. Whatever it has
 * to bear of that stands here, each as the one way that is right on all of them: no version
 * is asked for, so that what is tested on one kernel is what runs on the next. There is
 * nothing of an architecture's own to bear.
 */
#ifndef ERN_COMPAT_H
#define ERN_COMPAT_H

#include <linux/irq_work.h>
#include <linux/preempt.h>
#include <linux/tracepoint.h>
#include <net/genetlink.h>

/**
 * ern_visit_events() - call a function for each trace event that the kernel has
 * @match: told the tracepoint and @data
 * @data: for @match
 *
 * To find one by its name: "console" is exported from 6.12 on only, and "error_report_start" is
 * in no kernel but those with the series of 2021.
 */
static inline void ern_visit_events(void (*match)(struct tracepoint *tracepoint, void *data),
				    void *data)
{
	for_each_kernel_tracepoint(match, data);
}

/**
 * ern_enter_probe() - stay on this CPU, as a probe has to
 *
 * Kernels of 7.x guard a probe by SRCU and so leave preemption as whoever fired the event had it;
 * older ones turn it off. The probe of "console" does without: printk() stores a record
 * with interrupts off, on all of them.
 */
static inline void ern_enter_probe(void)
{
	preempt_disable_notrace();
}

/**
 * ern_leave_probe() - end what ern_enter_probe() began
 */
static inline void ern_leave_probe(void)
{
	preempt_enable_notrace();
}

/**
 * ern_init_irq_work() - set up an irq_work that runs in hard interrupt context
 * @work: per-CPU data of the module, perhaps
 * @function: to run
 *
 * At run time, since modules' per-CPU data was not relocated before 6.15; under PREEMPT_RT, too.
 */
static inline void ern_init_irq_work(struct irq_work *work, void (*function)(struct irq_work *))
{
	*work = IRQ_WORK_INIT_HARD(function);
}

/*
 * The commands are a table of struct genl_ops, whose .validate stays 0: 6.1 has no split ops and
 * refuses to register a family with flags there.
 */

/* 6.1 before 6.1.68; without it anyone could listen. */
#ifndef GENL_MCAST_CAP_SYS_ADMIN
#error "this kernel cannot restrict a multicast group to CAP_SYS_ADMIN"
#endif

#endif /* ERN_COMPAT_H */
