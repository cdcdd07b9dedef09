// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells what a line or a report costs, whether error_report_notify is there or not:
 *
 *	echo "WHAT BATCHES" > /sys/kernel/debug/error_report_measure/run
 *
 * does WHAT, a row of the table below, on the writer's CPU: a batch of calls at a
 * time, with interrupts off. Reading the file then tells, in its first line, how many
 * calls a batch has and how many reports were staged, and in a line for each batch
 * how many nanoseconds the calls took, loop and clock included.
 */
#define pr_fmt(fmt) fmt

#include <linux/debugfs.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/error_report.h>

#define END_TRACE "---[ end trace 0000000000000000 ]---"

/* As long as the lines of real reports are on average. */
#define LINE " measured_function+0x1a2/0x3f0 [error_report_measure]"

#define LINES_A_REPORT 64

/*
 * Between two looks at the clock: under ARCH=um that counts in steps of 256 ns. So
 * many lines still fit one report.
 */
#define LINES 512
#define EVENTS 8192

#define BATCHES_MAX 256

/* Found by name, since it is exported from 6.12 on only. */
static struct tracepoint *console_event;

static void print_line(void)
{
	pr_info(LINE "\n");
}

/* The trace event alone, as printk() fires it: without what else makes a printk() slow. */
static void fire_console(void)
{
	int (*call_probes)(void *data, const char *text, size_t len) = console_event->iterator;

	if (!rcu_access_pointer(console_event->funcs))
		return;
	preempt_disable_notrace();
	call_probes(NULL, LINE, sizeof(LINE) - 1);
	preempt_enable_notrace();
}

static void fire_end(void)
{
	static unsigned long id;

	trace_error_report_end(ERROR_DETECTOR_WARN, ++id);
}

static void warn(void)
{
	WARN(true, "measured\n");
}

static void begin_report(void)
{
	pr_warn(CUT_HERE);
	pr_warn("WARNING: staged to be measured\n");
}

static void end_report(void)
{
	pr_warn(END_TRACE "\n");
	fire_end();
}

static void print_report(void)
{
	unsigned int i;

	begin_report();
	for (i = 0; i < LINES_A_REPORT; i++)
		print_line();
	pr_warn(END_TRACE "\n");
}

/* What the interrupt has to do is then that report alone. */
static void leave_report_to_interrupt(void)
{
	print_report();
	irq_work_run();
	fire_end();
}

/**
 * struct subject - what can be measured
 * @name: as written to the file
 * @before: what goes before so many calls as @batch, unmeasured
 * @call: what is measured
 * @after: what goes behind them, unmeasured
 * @batch: calls at a time
 * @reports: that a batch ends
 */
struct subject {
	const char *name;
	void (*before)(void);
	void (*call)(void);
	void (*after)(void);
	unsigned int batch;
	unsigned int reports;
};

static void nothing(void)
{
}

static const struct subject subjects[] = {
	{ "printk", nothing, print_line, nothing, LINES, 0 },
	{ "printk-inside", begin_report, print_line, end_report, LINES, 1 },
	{ "console", nothing, fire_console, nothing, EVENTS, 0 },
	{ "console-inside", begin_report, fire_console, end_report, LINES, 1 },
	{ "end", print_report, fire_end, nothing, 1, 1 },
	/* In place of the interrupt, whose own cost is the CPU's and not ours. */
	{ "collect", leave_report_to_interrupt, irq_work_run, nothing, 1, 1 },
	{ "warn", nothing, warn, nothing, 1, 1 },
};

/* Protects the result, and makes runs wait for each other. */
static DEFINE_MUTEX(run_lock);
static struct {
	const struct subject *subject;
	unsigned int batches;
	u64 ns[BATCHES_MAX];
} result;

static u64 measure_batch(const struct subject *subject)
{
	unsigned int calls = subject->batch;
	unsigned long flags;
	u64 begin, ns;

	local_irq_save(flags);
	subject->before();
	begin = ktime_get_ns();
	while (calls--)
		subject->call();
	ns = ktime_get_ns() - begin;
	subject->after();
	local_irq_restore(flags);
	return ns;
}

static void measure(const struct subject *subject, unsigned int batches)
{
	result.subject = subject;
	result.batches = 0;
	while (result.batches < batches && !fatal_signal_pending(current)) {
		result.ns[result.batches++] = measure_batch(subject);
		/*
		 * Until the report is delivered: without an interrupt of its own, irq_work waits
		 * for the tick.
		 */
		if (subject->reports)
			schedule_timeout_uninterruptible(2);
		else
			cond_resched();
	}
}

static int run(char *order)
{
	const char *name = strsep(&order, " ");
	const struct subject *subject;
	unsigned int batches;
	int err;

	if (!order)
		return -EINVAL;
	err = kstrtouint(order, 0, &batches);
	if (err)
		return err;
	if (batches > BATCHES_MAX)
		return -ERANGE;

	for (subject = subjects; subject < subjects + ARRAY_SIZE(subjects); subject++) {
		if (strcmp(subject->name, name))
			continue;
		mutex_lock(&run_lock);
		measure(subject, batches);
		mutex_unlock(&run_lock);
		return 0;
	}
	return -EINVAL;
}

static ssize_t run_write(struct file *file, const char __user *from, size_t len, loff_t *offset)
{
	char order[32];
	loff_t begin = 0;
	ssize_t copied = simple_write_to_buffer(order, sizeof(order) - 1, &begin, from, len);

	if (copied < 0)
		return copied;
	if (copied < len)
		return -EINVAL;
	order[copied] = '\0';
	return run(order) ?: len;
}

static int run_show(struct seq_file *out, void *unused)
{
	const struct subject *subject;
	unsigned int i;

	mutex_lock(&run_lock);
	subject = result.subject;
	if (subject)
		seq_printf(out, "%u %u\n", subject->batch, subject->reports * result.batches);
	for (i = 0; i < result.batches; i++)
		seq_printf(out, "%llu\n", result.ns[i]);
	mutex_unlock(&run_lock);
	return 0;
}

static int run_open(struct inode *inode, struct file *file)
{
	return single_open(file, run_show, NULL);
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.open = run_open,
	.read = seq_read,
	.write = run_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static void match_tracepoint(struct tracepoint *tracepoint, void *unused)
{
	if (!strcmp(tracepoint->name, "console"))
		console_event = tracepoint;
}

static struct dentry *directory;

static int __init error_report_measure_init(void)
{
	for_each_kernel_tracepoint(match_tracepoint, NULL);
	if (!console_event)
		return -ENOENT;
	directory = debugfs_create_dir("error_report_measure", NULL);
	debugfs_create_file("run", 0600, directory, NULL, &run_fops);
	return 0;
}

static void __exit error_report_measure_exit(void)
{
	debugfs_remove(directory);
}

module_init(error_report_measure_init);
module_exit(error_report_measure_exit);

MODULE_AUTHOR("The error-report-notify authors");
MODULE_DESCRIPTION("Tells what a line or a report costs, for the benchmark");
MODULE_LICENSE("GPL");
