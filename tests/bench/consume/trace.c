// SPDX-License-Identifier: MIT
/*
 * The trace event says that a report has ended; which, the whole log has to be read for. This is
 * how Android collects reports.
 */
#define _GNU_SOURCE
#include "consume.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <unistd.h>

#define INSTANCE "/sys/kernel/tracing/instances/bench"
#define EVENT INSTANCE "/events/error_report/error_report_end/enable"

enum { READ_ALL = 3, SIZE_BUFFER = 10 }; /* of syslog(2) */

static void switch_event(const char *to)
{
	int fd = open(EVENT, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, to, 1) != 1)
		fail(EVENT);
	close(fd);
}

/* In text of trace_pipe: a line each, but for "[LOST 12 EVENTS]". */
static uint64_t count_events(const char *text)
{
	static const char lost[] = "[LOST ";
	uint64_t events = 0;
	const char *at;

	for (at = text; (at = strchr(at, '\n')); at++)
		events++;
	for (at = text; (at = strstr(at, lost)); at += strlen(lost))
		events += strtoull(at + strlen(lost), NULL, 10) - 1;
	return events;
}

static void read_log(char *log, int size)
{
	int length = klogctl(READ_ALL, log, size);
	const char *line = log, *end = log + (length < 0 ? 0 : length);

	while (line < end) {
		const char *newline = memchr(line, '\n', bytes(line, end));
		const char *line_end = newline ? newline : end;

		take_stamped_line(line, bytes(line, line_end));
		line = line_end + 1;
	}
}

void consume_trace(void)
{
	static char lines[4096];
	int size = klogctl(SIZE_BUFFER, NULL, 0);
	uint64_t events = 0;
	char *log = malloc((size_t)size);
	int fd;

	if ((mkdir(INSTANCE, 0700) && errno != EEXIST) || !log)
		fail(INSTANCE);
	/* Without what the one before has left. */
	close(open(INSTANCE "/trace", O_WRONLY | O_TRUNC | O_CLOEXEC));
	switch_event("1");
	fd = open(INSTANCE "/trace_pipe", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail(INSTANCE "/trace_pipe");
	expect_repetition();
	read_log(log, size);
	ready();
	while (!stopped) {
		ssize_t length = read(fd, lines, sizeof(lines) - 1);

		if (length <= 0)
			continue;
		lines[length] = '\0';
		events += count_events(lines);
		read_log(log, size);
	}
	note_loss(events > taken() ? events - taken() : 0);
	switch_event("0");
	close(fd);
	free(log);
}
