/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * Kernel error reports (KASAN, KFENCE, WARN and others) over generic netlink.
 *
 * This header is the protocol; specs/error_report.yaml is its machine-readable
 * twin, and a test holds that the two agree. Numbers are append-only: what has
 * one keeps it for ever, and a reader skips attributes that it does not know.
 *
 * Family
 * ======
 *
 * ERROR_REPORT_FAMILY_NAME, in the initial network namespace only. Refusals
 * carry a sentence in NLMSGERR_ATTR_MSG (the extended ack), save that Linux 6.1
 * passes on none for a dump. Every string is NUL-terminated, every number has
 * the host's byte order.
 *
 * ERROR_REPORT_CMD_REPORT_GET, ERROR_REPORT_A_*
 *
 *	Without NLM_F_DUMP: the report SEQ, or -ENOENT where it is lost, evicted
 *	or still to come (the text says which). With NLM_F_DUMP: every retained
 *	report, oldest first, or those from SEQ on where SEQ is given. A dump
 *	ends at the newest report of its beginning; it carries NLM_F_DUMP_INTR
 *	if one of that range was evicted meanwhile. -EPERM unless the opener of
 *	the socket holds CAP_SYSLOG or CAP_SYS_ADMIN in the initial user
 *	namespace.
 *
 * ERROR_REPORT_CMD_REPORT_NTF, ERROR_REPORT_A_*
 *
 *	Multicast to ERROR_REPORT_MCGRP_REPORTS when a report has ended, with
 *	the attributes of REPORT_GET's reply. Joining the group takes
 *	CAP_SYS_ADMIN in the initial user namespace.
 *
 * ERROR_REPORT_CMD_LOST_NTF, ERROR_REPORT_A_LOST_*
 *
 *	Multicast to the same group, in the order of SEQ among the reports: the
 *	SEQ from FIRST to LAST belong to reports that were lost.
 *
 * ERROR_REPORT_CMD_STATUS_GET, ERROR_REPORT_A_STATUS_*
 *
 *	Counters and limits, open to all. Always
 *	ENDED == PUBLISHED + LOST_NO_SLOT + LOST_RING_FULL, and ENDED is the
 *	last SEQ.
 *
 * To miss nothing: join, then dump, and drop what came twice by (INSTANCE,
 * SEQ). A gap in SEQ is a loss in the kernel if LOST_NTF says so, and else a
 * message that the socket's receive buffer had no room for (ENOBUFS): dump from
 * the last SEQ seen. Another INSTANCE means that the module was loaded anew and
 * that SEQ began at 1.
 */

#ifndef _UAPI_LINUX_ERROR_REPORT_H
#define _UAPI_LINUX_ERROR_REPORT_H

#define ERROR_REPORT_FAMILY_NAME	"error_report"
#define ERROR_REPORT_FAMILY_VERSION	1

/**
 * enum error_report_context - The execution context that printed a report.
 * @ERROR_REPORT_CONTEXT_TASK: process context
 * @ERROR_REPORT_CONTEXT_SOFTIRQ: serving a softirq
 * @ERROR_REPORT_CONTEXT_HARDIRQ: hard interrupt handler
 * @ERROR_REPORT_CONTEXT_NMI: non-maskable interrupt
 */
enum error_report_context {
	ERROR_REPORT_CONTEXT_TASK,
	ERROR_REPORT_CONTEXT_SOFTIRQ,
	ERROR_REPORT_CONTEXT_HARDIRQ,
	ERROR_REPORT_CONTEXT_NMI,
};

/**
 * enum error_report_flag - What is special about a report; none set is the
 *   normal case.
 * @ERROR_REPORT_FLAG_TRUNCATED: TEXT was cut at the end of a line, TEXT_LEN is
 *   the whole length
 * @ERROR_REPORT_FLAG_NO_EVENT: complete by its footer, no end event came; ID
 *   is absent and TOOL was told from the text
 * @ERROR_REPORT_FLAG_UNTERMINATED: neither footer nor event came, ended by the
 *   next header or by silence; TEXT may be partial
 * @ERROR_REPORT_FLAG_NO_TEXT: an end event came without lines; TEXT is empty
 */
enum error_report_flag {
	ERROR_REPORT_FLAG_TRUNCATED = 1,
	ERROR_REPORT_FLAG_NO_EVENT = 2,
	ERROR_REPORT_FLAG_UNTERMINATED = 4,
	ERROR_REPORT_FLAG_NO_TEXT = 8,
};

/**
 * enum error_report_cause - Why reports were lost.
 * @ERROR_REPORT_CAUSE_NO_SLOT: more reports were being printed at once than
 *   there are slots
 * @ERROR_REPORT_CAUSE_RING_FULL: the ring was full of reports that had not
 *   been multicast yet
 */
enum error_report_cause {
	ERROR_REPORT_CAUSE_NO_SLOT = 1,
	ERROR_REPORT_CAUSE_RING_FULL = 2,
};

/*
 * A report. TOOL is the trace event's own name for the detector (kasan, kfence,
 * warning) or, without an event, told from the text (bug, ubsan; unknown where
 * the text does not say), or what kernel code calls itself that brackets its own
 * report. TEXT has the lines as printed, separated by '\n',
 * without timestamps, caller ids and separators ("=" lines, "cut here",
 * "end trace"); its bytes need not be UTF-8. CPU, PID, COMM and CONTEXT say
 * where the report's first line was printed, TIME_* when it ended.
 */
enum {
	ERROR_REPORT_A_PAD = 1,		/* aligns u64, to be skipped */
	ERROR_REPORT_A_SEQ,		/* u64, 1, 2, 3 ... */
	ERROR_REPORT_A_INSTANCE,	/* u64, random, one a module load */
	ERROR_REPORT_A_TOOL,		/* string */
	ERROR_REPORT_A_ID,		/* u64, absent with NO_EVENT and UNTERMINATED */
	ERROR_REPORT_A_TEXT,		/* string, up to 65,530 bytes */
	ERROR_REPORT_A_TEXT_LEN,	/* u32, bytes before truncation */
	ERROR_REPORT_A_FLAGS,		/* u32, enum error_report_flag */
	ERROR_REPORT_A_TIME_REAL,	/* u64, ns, CLOCK_REALTIME */
	ERROR_REPORT_A_TIME_BOOT,	/* u64, ns, CLOCK_BOOTTIME */
	ERROR_REPORT_A_CPU,		/* u32 */
	ERROR_REPORT_A_PID,		/* u32, thread id, 0 for the idle task */
	ERROR_REPORT_A_COMM,		/* string, up to 15 bytes */
	ERROR_REPORT_A_CONTEXT,		/* u32, enum error_report_context */

	__ERROR_REPORT_A_MAX,
	ERROR_REPORT_A_MAX = (__ERROR_REPORT_A_MAX - 1)
};

enum {
	ERROR_REPORT_A_LOST_PAD = 1,
	ERROR_REPORT_A_LOST_FIRST,	/* u64, SEQ */
	ERROR_REPORT_A_LOST_LAST,	/* u64, SEQ, inclusive */
	ERROR_REPORT_A_LOST_CAUSE,	/* u32, enum error_report_cause, as bits */
	ERROR_REPORT_A_LOST_INSTANCE,	/* u64 */

	__ERROR_REPORT_A_LOST_MAX,
	ERROR_REPORT_A_LOST_MAX = (__ERROR_REPORT_A_LOST_MAX - 1)
};

enum {
	ERROR_REPORT_A_STATUS_PAD = 1,
	ERROR_REPORT_A_STATUS_INSTANCE,		/* u64 */
	ERROR_REPORT_A_STATUS_VERSION,		/* string, the module's version */
	/* The sum: ENDED == PUBLISHED + every LOST_*. */
	ERROR_REPORT_A_STATUS_ENDED,		/* u64, the last SEQ */
	ERROR_REPORT_A_STATUS_PUBLISHED,	/* u64, got into the ring */
	ERROR_REPORT_A_STATUS_LOST_NO_SLOT,	/* u64 */
	ERROR_REPORT_A_STATUS_LOST_RING_FULL,	/* u64 */
	/* Outside the sum: published reports with that flag. */
	ERROR_REPORT_A_STATUS_TRUNCATED,	/* u64 */
	ERROR_REPORT_A_STATUS_NO_EVENT,		/* u64 */
	ERROR_REPORT_A_STATUS_UNTERMINATED,	/* u64 */
	ERROR_REPORT_A_STATUS_NO_TEXT,		/* u64 */
	/* Messages not sent for want of memory; subscribers got ENOBUFS. */
	ERROR_REPORT_A_STATUS_MULTICAST_FAILED,	/* u64 */
	/* What the ring holds; both SEQ are absent while it is empty. */
	ERROR_REPORT_A_STATUS_OLDEST_SEQ,	/* u64 */
	ERROR_REPORT_A_STATUS_NEWEST_SEQ,	/* u64 */
	ERROR_REPORT_A_STATUS_RING_REPORTS,	/* u32 */
	ERROR_REPORT_A_STATUS_RING_USED,	/* u32, bytes */
	ERROR_REPORT_A_STATUS_RING_SIZE,	/* u32, bytes */
	ERROR_REPORT_A_STATUS_SLOTS,		/* u32, reports printed at once */
	ERROR_REPORT_A_STATUS_SLOT_SIZE,	/* u32, bytes, the longest TEXT */
	ERROR_REPORT_A_STATUS_SILENCE_MS,	/* u32, then it is UNTERMINATED */
	ERROR_REPORT_A_STATUS_START_EVENT,	/* u32, 1: error_report_start is used */

	__ERROR_REPORT_A_STATUS_MAX,
	ERROR_REPORT_A_STATUS_MAX = (__ERROR_REPORT_A_STATUS_MAX - 1)
};

enum {
	ERROR_REPORT_CMD_REPORT_GET = 1,
	ERROR_REPORT_CMD_REPORT_NTF,
	ERROR_REPORT_CMD_LOST_NTF,
	ERROR_REPORT_CMD_STATUS_GET,

	__ERROR_REPORT_CMD_MAX,
	ERROR_REPORT_CMD_MAX = (__ERROR_REPORT_CMD_MAX - 1)
};

#define ERROR_REPORT_MCGRP_REPORTS	"reports"

#endif /* _UAPI_LINUX_ERROR_REPORT_H */
