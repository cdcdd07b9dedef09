/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of a report besides its text, from the slot through the ring to
 * the message. Plain data.
 */
#ifndef ERN_REPORT_H
#define ERN_REPORT_H

#include <linux/error_report.h>

#include "port.h"

#define ERN_COMM_LEN 16

/* With its NUL; a longer name is cut. */
#define ERN_TOOL_LEN 32

/* A netlink attribute has 65,535 bytes at most: header, text and NUL. */
#define ERN_TEXT_MAX 65530u

/**
 * struct ern_report - a report without its text
 * @id: the end event's, or error_report_begin()'s; meaningful only without NO_EVENT and
 *	UNTERMINATED
 * @time_real: CLOCK_REALTIME at its end, ns
 * @time_boot: CLOCK_BOOTTIME at its end, ns
 * @flags: ERROR_REPORT_FLAG_*
 * @text_len: bytes of text before truncation
 * @cpu: the CPU that printed the first line
 * @pid: thread id of the task that was current
 * @context: enum error_report_context
 * @tool: who reported, NUL-terminated
 * @comm: name of the task that was current, NUL-terminated
 */
struct ern_report {
	u64 id;
	u64 time_real;
	u64 time_boot;
	u32 flags;
	u32 text_len;
	u32 cpu;
	u32 pid;
	u32 context;
	char tool[ERN_TOOL_LEN];
	char comm[ERN_COMM_LEN];
};

#endif /* ERN_REPORT_H */
