/* SPDX-License-Identifier: MIT */
/*
 * Ways to get the kernel's error reports, as small as each can be, and what all of them note:
 * when the consumer had a report in his hand, which one, and whether it was whole.
 */
#ifndef CONSUME_H
#define CONSUME_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

/* The longest line or message of any source. */
#define LONGEST (256 << 10)

/* Of the text from one to the other. */
static inline size_t bytes(const char *from, const char *to)
{
	return (size_t)(to - from);
}

/* Set by SIGTERM, which also interrupts what a way waits in. */
extern volatile sig_atomic_t stopped;

/* CLOCK_BOOTTIME in ns, the clock of ERROR_REPORT_A_TIME_BOOT. */
int64_t now(void);

/* Reports come from now on; none counts that came before. */
void ready(void);

/*
 * A report has come, at that time. Its lines are without what a log puts before them; that it has
 * none says that the kernel lost them.
 */
void take_report(int64_t time, const char *text, size_t length);

/* The source says that so many reports, or pieces of its own, did not come. */
void note_loss(uint64_t count);

/* The source numbers what it has, and has come to that number: those left out did not come. */
void note_number(uint64_t number);

/* All of a log is read again and again: reports that are known already are no news. */
void expect_repetition(void);

/* How many reports came. */
uint64_t taken(void);

/* The lines that follow are of that context, among which others' may stand. */
void select_context(long id);

/* A line of a log: reports are what stands between "cut here" and "end trace". */
void take_line(const char *line, size_t length);

/* The same of "<4>[   12.345678] line" or "[   12.345678] line", or of a line alone. */
void take_stamped_line(const char *line, size_t length);

/* What take_line() has of a report of the context is all of it. */
void end_lines(void);

/* A message for errno, and the end. */
void fail(const char *what) __attribute__((noreturn));

/* Each returns when it is stopped, or its source has ended. */
void consume_netlink(void);
void consume_kmsg(void);
void consume_trace(void);
void consume_sysfs(void);
void consume_json(void);
void consume_log(void);
void consume_bpftrace(void);

#endif
