// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stages any sequence of what a listener of the trace events can meet, in one
 * context and at one go. A script is lines: the first is the context's name, each
 * other one step:
 *
 *	print TEXT	a record
 *	begin TEXT	a record without its newline, for cont to follow
 *	cont TEXT	continues it; with a newline if TEXT ends in \n
 *	end TOOL ID	the event error_report_end, of kfence, kasan or warning
 *	warn		a real WARN
 *	cpu N		the task moves to CPU N
 *	sleep MS	the task sleeps
 *
 * TEXT has C's escapes. cpu and sleep are for the context task only.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <trace/events/error_report.h>

#include "contexts.h"
#include "stage.h"

struct step {
	const struct verb *verb;
	const char *text;	/* of print, begin and cont */
	unsigned long number;	/* the event's id, the CPU, milliseconds */
	enum error_detector detector;
};

/**
 * struct verb - a kind of step
 * @name: as in the script
 * @parse: what stands behind the name; NULL if nothing may
 * @play: in the context asked for, under a lock of printk()'s if @locked
 * @sleeps: so that it is for the context task only
 */
struct verb {
	const char *name;
	int (*parse)(struct step *step, char *argument);
	void (*play)(const struct step *step, bool locked);
	bool sleeps;
};

struct play {
	struct step *steps;
	unsigned int count;
	bool locked;
};

static int parse_text(struct step *step, char *argument)
{
	string_unescape_inplace(argument, UNESCAPE_ANY);
	step->text = argument;
	return 0;
}

static int parse_number(struct step *step, char *argument)
{
	return kstrtoul(argument, 0, &step->number);
}

static int parse_event(struct step *step, char *argument)
{
	static const char *const tools[] = {
		[ERROR_DETECTOR_KFENCE] = "kfence",
		[ERROR_DETECTOR_KASAN] = "kasan",
		[ERROR_DETECTOR_WARN] = "warning",
	};
	int detector = match_string(tools, ARRAY_SIZE(tools), strsep(&argument, " "));

	if (detector < 0 || !argument)
		return -EINVAL;
	step->detector = detector;
	return parse_number(step, argument);
}

static int parse_cpu(struct step *step, char *argument)
{
	int err = parse_number(step, argument);

	return err ?: step->number < nr_cpu_ids ? 0 : -EINVAL;
}

static __printf(2, 3) void emit(bool locked, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (locked)
		/* What printk_deferred() does, which is not exported. */
		vprintk_emit(0, LOGLEVEL_SCHED, NULL, fmt, args);
	else
		vprintk(fmt, args);
	va_end(args);
}

static void play_print(const struct step *step, bool locked)
{
	emit(locked, KERN_WARNING "%s\n", step->text);
}

static void play_begin(const struct step *step, bool locked)
{
	emit(locked, KERN_WARNING "%s", step->text);
}

static void play_cont(const struct step *step, bool locked)
{
	emit(locked, KERN_CONT "%s", step->text);
}

static void play_end(const struct step *step, bool locked)
{
	trace_error_report_end(step->detector, step->number);
}

static void play_warn(const struct step *step, bool locked)
{
	WARN_ON(true);
}

static void play_cpu(const struct step *step, bool locked)
{
	set_cpus_allowed_ptr(current, cpumask_of(step->number));
}

static void play_sleep(const struct step *step, bool locked)
{
	msleep(step->number);
}

static const struct verb verbs[] = {
	{ "print", parse_text, play_print },
	{ "begin", parse_text, play_begin },
	{ "cont", parse_text, play_cont },
	{ "end", parse_event, play_end },
	{ "warn", NULL, play_warn },
	{ "cpu", parse_cpu, play_cpu, true },
	{ "sleep", parse_number, play_sleep, true },
};

static int parse_step(struct step *step, char *line, const struct context *context)
{
	char *name = strsep(&line, " ");
	const struct verb *verb;

	for (verb = verbs; verb < verbs + ARRAY_SIZE(verbs); verb++) {
		if (strcmp(verb->name, name))
			continue;
		if (verb->sleeps && strcmp(context->name, "task"))
			return -EINVAL;
		step->verb = verb;
		if (!verb->parse)
			return line ? -EINVAL : 0;
		return line ? verb->parse(step, line) : -EINVAL;
	}
	return -EINVAL;
}

static void play_steps(void *data)
{
	const struct play *play = data;
	const struct step *step;

	for (step = play->steps; step < play->steps + play->count; step++)
		step->verb->play(step, play->locked);
}

static unsigned int count_lines(const char *script)
{
	unsigned int count = 1;

	while ((script = strchr(script, '\n'))) {
		script++;
		count++;
	}
	return count;
}

int stage_play(char *script)
{
	const struct context *context = context_find(strsep(&script, "\n"));
	struct play play = {};
	struct call call = { play_steps, &play };
	char *line;
	int err = 0;

	if (!context || !script)
		return -EINVAL;
	play.locked = context->locked;
	play.steps = kvcalloc(count_lines(script), sizeof(*play.steps), GFP_KERNEL);
	if (!play.steps)
		return -ENOMEM;

	while (!err && (line = strsep(&script, "\n")))
		if (*line)
			err = parse_step(&play.steps[play.count++], line, context);
	if (!err)
		err = context->run(&call);
	kvfree(play.steps);
	return err;
}
