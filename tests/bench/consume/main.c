// SPDX-License-Identifier: MIT
/*
 * consume WAY: takes the kernel's error reports in one of the ways of the table below until
 * SIGTERM, then prints a line for each,
 *
 *	NUMBER TIME HASH
 *
 * the number that the report's message has, the CLOCK_BOOTTIME in ns at which it was complete
 * here, and a hash of its lines without what differs between two reports of one place; and at
 * the end "lost N", what the source itself says that it lost. On stderr it says "ready", and
 * "first" when the first report has come.
 */
#define _GNU_SOURCE
#include "consume.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

volatile sig_atomic_t stopped;

static struct report {
	uint64_t number;
	int64_t time;
	uint64_t hash;
} *reports;
static size_t count, room;
static uint64_t lost;
static bool is_ready, repeated;

int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_BOOTTIME, &time);
	return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

void fail(const char *what)
{
	fprintf(stderr, "consume: %s: %s\n", what, strerror(errno));
	exit(1);
}

void ready(void)
{
	is_ready = true;
	fputs("ready\n", stderr);
}

void note_loss(uint64_t pieces)
{
	lost += pieces;
}

void note_number(uint64_t number)
{
	static uint64_t last;

	if (last && number > last + 1)
		note_loss(number - last - 1);
	last = number;
}

void expect_repetition(void)
{
	repeated = true;
}

uint64_t taken(void)
{
	return count;
}

/* FNV-1a. */
static uint64_t add(uint64_t hash, char c)
{
	return (hash ^ (unsigned char)c) * UINT64_C(0x100000001b3);
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* An address or another number: hexadecimal, with a digit or of some length. */
static bool is_number(const char *word, size_t length)
{
	bool digit = length >= 6;
	size_t i = length > 2 && word[0] == '0' && word[1] == 'x' ? 2 : 0;

	for (; i < length; i++) {
		if (!isxdigit((unsigned char)word[i]))
			return false;
		digit = digit || isdigit((unsigned char)word[i]);
	}
	return digit;
}

/* Without spaces and the line's end: what is printed in pieces is a line each where others print. */
static uint64_t add_line(uint64_t hash, const char *line, const char *end)
{
	while (line < end) {
		const char *word = line;

		while (line < end && in_word(*line))
			line++;
		if (is_number(word, bytes(word, line)))
			hash = add(hash, '#');
		else
			for (; word < line; word++)
				hash = add(hash, *word);
		for (; line < end && !in_word(*line); line++)
			if (*line != ' ')
				hash = add(hash, *line);
	}
	return hash;
}

static bool has(const char *line, const char *end, const char *what)
{
	return memmem(line, bytes(line, end), what, strlen(what));
}

/* A frame that the unwinder is not sure of: left over from earlier calls. */
static bool is_doubtful(const char *line, const char *end)
{
	while (line < end && *line == ' ')
		line++;
	return end - line >= 2 && line[0] == '?' && line[1] == ' ';
}

/*
 * Without the taint, from the line with the task's name to that of the hardware: it is put
 * together in one buffer for all CPUs (_print_tainted() of Linux 6.12), which mix it.
 */
static uint64_t hash_of(const char *text, size_t length)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	const char *end = text + length;
	bool in_taint = false;

	while (text < end) {
		const char *newline = memchr(text, '\n', bytes(text, end));
		const char *line_end = newline ? newline : end;

		in_taint = has(text, line_end, " Comm: ") ||
			   (in_taint && !has(text, line_end, "Hardware name: "));
		if (line_end > text && !in_taint && !is_doubtful(text, line_end))
			hash = add_line(hash, text, line_end);
		text = line_end + 1;
	}
	return hash;
}

/* "report 42 of the trigger module"; 0 if there is none. */
static uint64_t number_of(const char *text, size_t length)
{
	static const char before[] = "report ", behind[] = " of the trigger module";
	const char *at = memmem(text, length, behind, strlen(behind));
	uint64_t number = 0, digit = 1;

	if (!at)
		return 0;
	for (; at > text && isdigit((unsigned char)at[-1]); at--, digit *= 10)
		number += digit * (uint64_t)(at[-1] - '0');
	if (bytes(text, at) < strlen(before) ||
	    memcmp(at - strlen(before), before, strlen(before)))
		return 0;
	return number;
}

/* Whether that was asked before of a report. */
static bool is_known(uint64_t number)
{
	static unsigned char known[1 << 20];
	bool before = known[number % sizeof(known)];

	known[number % sizeof(known)] = 1;
	return before;
}

void take_report(int64_t time, const char *text, size_t length)
{
	uint64_t number = number_of(text, length);
	bool known = repeated && is_known(number);

	if (!length && is_ready)
		note_loss(1);
	if (!number || known || !is_ready)
		return;
	if (!count)
		fputs("first\n", stderr);
	if (count == room) {
		room = room ? 2 * room : 4096;
		reports = realloc(reports, room * sizeof(*reports));
		if (!reports)
			fail("memory");
	}
	reports[count++] = (struct report){number, time, hash_of(text, length)};
}

/* Of one context at least. */
#define CONTEXTS 8

static struct context {
	long id;
	bool open;
	size_t used;
	char lines[LONGEST];
} contexts[CONTEXTS], *context = contexts;

void select_context(long id)
{
	static unsigned int next;
	unsigned int i;

	for (i = 0; i < CONTEXTS && contexts[i].id != id; i++)
		;
	if (i == CONTEXTS) {
		i = next++ % CONTEXTS;
		contexts[i].open = false;
	}
	context = &contexts[i];
	context->id = id;
}

static bool begins_with(const char *line, size_t length, const char *what)
{
	return length >= strlen(what) && !memcmp(line, what, strlen(what));
}

void take_line(const char *line, size_t length)
{
	if (begins_with(line, length, "------------[ cut here ]")) {
		context->open = true;
		context->used = 0;
	} else if (context->open && begins_with(line, length, "---[ end trace")) {
		end_lines();
	} else if (context->open && context->used + length + 1 <= sizeof(context->lines)) {
		memcpy(context->lines + context->used, line, length);
		context->used += length;
		context->lines[context->used++] = '\n';
	}
}

void take_stamped_line(const char *line, size_t length)
{
	const char *end = line + length, *level = line, *stamp;

	if (level < end && *level == '<' && (level = memchr(line, '>', length)))
		line = level + 1;
	stamp = line < end && *line == '[' ? memchr(line, ']', bytes(line, end)) : NULL;
	if (stamp && stamp + 2 <= end)
		line = stamp + 2;
	take_line(line, bytes(line, end));
}

void end_lines(void)
{
	if (context->open && context->used)
		take_report(now(), context->lines, context->used);
	context->open = false;
}

static const struct way {
	const char *name;
	void (*consume)(void);
} ways[] = {
	{"netlink", consume_netlink},	/* recvmsg() on the multicast group */
	{"kmsg", consume_kmsg},		/* /dev/kmsg */
	{"trace", consume_trace},	/* trace_pipe, then all of the log: as Android does */
	{"sysfs", consume_sysfs},	/* poll() and last_report: the interface of 2021 */
	{"json", consume_json},		/* lines of error-report on stdin */
	{"log", consume_log},		/* lines of a log on stdin */
	{"bpftrace", consume_bpftrace},	/* lines of tests/bench/reports.bt on stdin */
};

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = stop};
	const struct way *way = ways, *end = ways + sizeof(ways) / sizeof(*ways);

	while (way < end && (argc != 2 || strcmp(way->name, argv[1])))
		way++;
	if (way == end) {
		fputs("usage: consume WAY, one of", stderr);
		for (way = ways; way < end; way++)
			fprintf(stderr, " %s", way->name);
		fputc('\n', stderr);
		return 2;
	}
	sigaction(SIGTERM, &action, NULL); /* without SA_RESTART */
	way->consume();
	for (size_t i = 0; i < count; i++)
		printf("%" PRIu64 " %" PRId64 " %016" PRIx64 "\n", reports[i].number,
		       reports[i].time, reports[i].hash);
	printf("lost %" PRIu64 "\n", lost);
	return 0;
}
