/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For kernel code that finds errors by itself: what it prints between the two is delivered
 * to user space as one report, as those of KASAN and WARN are.
 *
 *	error_report_begin("mydriver", (unsigned long)object);
 *	pr_err("mydriver: object %p was freed twice\n", object);
 *	dump_stack();
 *	error_report_end("mydriver", (unsigned long)object);
 *
 * Any context, NMI included; no lock is taken and nothing is allocated. Both calls must come
 * from the same context, of the same task: lines that are printed elsewhere meanwhile, an
 * interrupt's among them, are no part of the report. Reports may be nested, one or a WARN()
 * inside another, four deep.
 */
#ifndef _LINUX_ERROR_REPORT_NOTIFY_H
#define _LINUX_ERROR_REPORT_NOTIFY_H

#include <linux/kconfig.h>
#include <linux/types.h>

/* A module outside of the kernel's tree builds with -DCONFIG_ERROR_REPORT_NOTIFY_MODULE=1. */
#if IS_REACHABLE(CONFIG_ERROR_REPORT_NOTIFY)

/**
 * error_report_begin() - what this context prints from here on is a report
 * @tool: the report's TOOL, at most 31 bytes; should name the code that found the error
 * @id: the report's ID, for example an address; need not be unique
 *
 * Any context. A report that prints nothing for silence_ms, 10 seconds unless told otherwise,
 * not even because another inside it does, is delivered as it is then, flagged as unterminated.
 * Does nothing during early boot.
 */
void error_report_begin(const char *tool, u64 id);

/**
 * error_report_end() - the report is complete
 * @tool: as in error_report_begin()
 * @id: likewise
 *
 * Any context. A report whose beginning found no room is delivered without its text, or
 * counted as lost. What was begun inside the report and has not ended yet ends, too.
 */
void error_report_end(const char *tool, u64 id);

#else

static inline void error_report_begin(const char *tool, u64 id) {}
static inline void error_report_end(const char *tool, u64 id) {}

#endif

#endif /* _LINUX_ERROR_REPORT_NOTIFY_H */
