/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs a function where reports may come from, each place chosen by name. For
 * process context.
 */
#ifndef ERN_TEST_CONTEXTS_H
#define ERN_TEST_CONTEXTS_H

#include <linux/seq_file.h>
#include <linux/types.h>

/**
 * struct call - a function that is to be run somewhere
 * @function: what to run
 * @data: its argument
 */
struct call {
	void (*function)(void *data);
	void *data;
};

/**
 * struct context - a place to run it
 * @name: as people write it
 * @run: runs the call there, on the CPU of the caller; 0, or a negative errno
 *	if it was not run, then it never will be
 * @locked: under a lock that printk() may take, so that only what defers the
 *	console (vprintk_emit() with LOGLEVEL_SCHED) may print there
 * @absent: this machine has no such place
 */
struct context {
	const char *name;
	int (*run)(struct call *call);
	bool locked;
	bool absent;
};

int contexts_init(void);
void contexts_exit(void);

/* NULL if there is no such context on this kernel. */
const struct context *context_find(const char *name);

/* The names of all, with a space in front of each. */
void contexts_show(struct seq_file *out);

#endif /* ERN_TEST_CONTEXTS_H */
