// SPDX-License-Identifier: MIT
/* What another program writes, a line at a time. */
#define _GNU_SOURCE
#include "consume.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Calls take for each line without its end, until the end of stdin. */
static void each_line(void (*take)(const char *line, size_t length))
{
	static char buffer[2 * LONGEST];
	size_t used = 0;

	ready();
	/* SIGTERM goes to the writer, whose last lines count. */
	for (;;) {
		ssize_t size = read(STDIN_FILENO, buffer + used, sizeof(buffer) - used);
		char *line = buffer, *newline;

		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return;
		used += (size_t)size;
		while ((newline = memchr(line, '\n', bytes(line, buffer + used)))) {
			take(line, bytes(line, newline));
			line = newline + 1;
		}
		used -= bytes(buffer, line);
		memmove(buffer, line, used);
		if (used == sizeof(buffer))
			used = 0; /* no line of ours */
	}
}

/* The value behind the key, or NULL. */
static const char *value_of(const char *line, size_t length, const char *key)
{
	const char *at = memmem(line, length, key, strlen(key));

	return at ? at + strlen(key) : NULL;
}

static void take_json(const char *line, size_t length)
{
	static char text[LONGEST];
	int64_t time = now();
	const char *end = line + length;
	const char *value = value_of(line, length, "\"text\":\"");
	const char *from = value_of(line, length, "\"from\":");
	const char *to = value_of(line, length, "\"to\":");
	size_t used = 0;

	if (value_of(line, length, "\"event\":\"lost\"") && from && to)
		note_loss(strtoull(to, NULL, 10) - strtoull(from, NULL, 10) + 1);
	if (!value)
		return;
	for (; value < end && *value != '"' && used < sizeof(text); value++) {
		if (*value == '\\' && value + 1 < end)
			text[used++] = *++value == 'n' ? '\n' : *value;
		else
			text[used++] = *value;
	}
	take_report(time, text, used);
}

/* "Missed 12 kernel messages" is journald's own. */
static void take_log(const char *line, size_t length)
{
	const char *missed = value_of(line, length, "Missed ");

	if (missed && value_of(line, length, " kernel messages"))
		note_loss(strtoull(missed, NULL, 10));
	else
		take_stamped_line(line, length);
}

/* "TID line", "TID" at a report's end, or "Lost 12 events". */
static void take_bpftrace(const char *line, size_t length)
{
	const char *lost = value_of(line, length, "Lost ");
	char *text;
	long id = strtol(line, &text, 10);

	if (text == line) {
		if (lost)
			note_loss(strtoull(lost, NULL, 10));
		return;
	}
	select_context(id);
	if (text == line + length)
		end_lines();
	else
		take_line(text + 1, length - bytes(line, text) - 1);
}

void consume_json(void)
{
	each_line(take_json);
}

void consume_log(void)
{
	each_line(take_log);
}

void consume_bpftrace(void)
{
	each_line(take_bpftrace);
}
