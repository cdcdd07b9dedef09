// SPDX-License-Identifier: GPL-2.0-only
/*
 * A probe may run anywhere: in NMI, under the run queue's lock, inside the
 * allocator. It takes no lock, allocates nothing, prints nothing and reads no
 * clock but jiffies.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cache.h>
#include <linux/error_report_notify.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>
#include <trace/events/error_report.h>

#include "assembler.h"
#include "capture.h"
#include "compat.h"

static struct ern_assembler *assembler __read_mostly;
static void (*kick)(void) __read_mostly;
static DEFINE_PER_CPU(struct ern_note, note);
/* Set once error_report_begin() and error_report_end() may use what is above. */
static bool serving __read_mostly;

/* enum error_detector, as the trace event prints it. */
static const char *const event_tools[] = {
	[ERROR_DETECTOR_KFENCE] = "kfence",
	[ERROR_DETECTOR_KASAN] = "kasan",
	[ERROR_DETECTOR_WARN] = "warning",
};

static const struct ern_detector *event_detectors[ARRAY_SIZE(event_tools)] __read_mostly;

/* Between ern_enter_probe() and ern_leave_probe(), or with interrupts off. */
static struct ern_printer printer(void)
{
	u32 context = interrupt_context_level();

	return (struct ern_printer) {
		.owner = (unsigned long)current | context << ERN_CONTEXT_SHIFT,
		.start_time = current->start_time,
		.now = jiffies,
		.note = this_cpu_ptr(&note),
		.comm = current->comm,
		.pid = task_pid_nr(current),
		.cpu = smp_processor_id(),
		.context = context,
	};
}

/* Out of line: kernels that zero and guard every frame would do so for each printk. */
static noinline void take_fragment(const char *text, size_t len)
{
	struct ern_printer by = printer();

	if (ern_assembler_fragment(assembler, &by, text, len))
		kick();
}

/* Interrupts are off; see ern_enter_probe(). */
static void probe_console(void *unused, const char *text, size_t len)
{
	if (!ern_assembler_idle(assembler, this_cpu_ptr(&note), text, len))
		take_fragment(text, len);
}

/* Ignores the first argument: a string in the 2021 series' first version, later this enum. */
static void probe_start(void *unused, enum error_detector detector, unsigned long id)
{
	struct ern_printer by;

	ern_enter_probe();
	by = printer();
	if (ern_assembler_start(assembler, &by))
		kick();
	ern_leave_probe();
}

static void probe_end(void *unused, enum error_detector detector, unsigned long id)
{
	const struct ern_detector *known =
		detector < ARRAY_SIZE(event_detectors) ? event_detectors[detector] : NULL;
	struct ern_printer by;

	ern_enter_probe();
	by = printer();
	if (ern_assembler_end(assembler, &by, known, id))
		kick();
	ern_leave_probe();
}

void error_report_begin(const char *tool, u64 id)
{
	struct ern_printer by;

	ern_enter_probe();
	/* Pairs with the release in ern_capture_start(). */
	if (smp_load_acquire(&serving)) {
		by = printer();
		if (ern_assembler_begin(assembler, &by, tool, id))
			kick();
	}
	ern_leave_probe();
}
EXPORT_SYMBOL_GPL(error_report_begin);

void error_report_end(const char *tool, u64 id)
{
	struct ern_printer by;

	ern_enter_probe();
	/* Pairs with the release in ern_capture_start(). */
	if (smp_load_acquire(&serving)) {
		by = printer();
		if (ern_assembler_finish(assembler, &by, tool, id))
			kick();
	}
	ern_leave_probe();
}
EXPORT_SYMBOL_GPL(error_report_end);

static struct event {
	const char *name;
	void *probe;
	bool wanted;
	bool required;
	struct tracepoint *tracepoint;
	bool attached;
} events[] = {
	/*
	 * In the order of attaching, for who hears that a report begins must hear
	 * its lines, and what ends it.
	 */
	{ "error_report_end", probe_end, true, true },
	{ "console", probe_console, true, true },
	{ "error_report_start", probe_start, false, false },
};

static struct event *const start_event = &events[2];

static void match_tracepoint(struct tracepoint *tracepoint, void *unused)
{
	struct event *event;

	for (event = events; event < events + ARRAY_SIZE(events); event++)
		if (!strcmp(tracepoint->name, event->name))
			event->tracepoint = tracepoint;
}

void ern_capture_stop(void)
{
	struct event *event;

	/*
	 * Nobody can be in error_report_begin(): who uses it pins the module, and where
	 * attaching failed it does nothing.
	 *
	 * Not the mirror of attaching: an end event whose lines were not heard any
	 * more would make a part look whole, lines without it are flagged.
	 */
	for (event = events; event < events + ARRAY_SIZE(events); event++) {
		if (event->attached)
			tracepoint_probe_unregister(event->tracepoint, event->probe, NULL);
		event->attached = false;
	}
	tracepoint_synchronize_unregister();
}

static int attach_probe(struct event *event)
{
	int err;

	if (!event->tracepoint) {
		if (!event->required)
			return 0;
		pr_err("this kernel has no trace event \"%s\" (Linux 6.1 or newer with CONFIG_TRACEPOINTS is needed)\n",
		       event->name);
		return -ENOENT;
	}
	err = tracepoint_probe_register(event->tracepoint, event->probe, NULL);
	if (err) {
		pr_err("cannot listen to trace event \"%s\" (%pe)\n", event->name, ERR_PTR(err));
		return err;
	}
	event->attached = true;
	return 0;
}

int ern_capture_start(struct ern_assembler *to, bool use_start_event, void (*kick_delivery)(void))
{
	struct event *event;
	unsigned int i;
	int err;

	assembler = to;
	kick = kick_delivery;
	for (i = 0; i < ARRAY_SIZE(event_tools); i++)
		event_detectors[i] = ern_detector_by_tool(event_tools[i]);

	start_event->wanted = use_start_event;
	ern_visit_events(match_tracepoint, NULL);

	for (event = events; event < events + ARRAY_SIZE(events); event++) {
		err = event->wanted ? attach_probe(event) : 0;
		if (err) {
			ern_capture_stop();
			return err;
		}
	}
	/* Pairs with the acquire in error_report_begin() and error_report_end(). */
	smp_store_release(&serving, true);
	return 0;
}

bool ern_capture_has_start_event(void)
{
	return start_event->attached;
}
