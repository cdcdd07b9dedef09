// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stages error reports in every context at once, as fast as they can be printed:
 *
 *	echo COUNT > /sys/kernel/debug/error_report_storm/run
 *
 * shares COUNT reports out among the contexts of all online CPUs; the write
 * returns when all were fired. Reading the file tells how many each context
 * fired. To a listener of the trace events a staged report looks like a real
 * one: header, lines, end event, footer. Its id is a number that no other report
 * has; each line holds that id, and the last line the CRC-32 (zlib's) of all
 * lines before it, newlines included.
 */
#define pr_fmt(fmt) fmt

#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/uaccess.h>
#include <trace/events/error_report.h>

#include "arch/nmi.h"

#define RULE "=================================================================="
#define END_TRACE "---[ end trace 0000000000000000 ]---"

#define LINE_SIZE 120

/* As interrupt_context_level() counts. */
enum { TASK, SOFTIRQ, HARDIRQ, NMI, CONTEXTS };

static const char *const context_names[] = { "task", "softirq", "hardirq", "nmi" };

static_assert(ARRAY_SIZE(context_names) == CONTEXTS);

/*
 * A thread of its CPU that fires in one context and waits for that to be over.
 * Interrupts go to the next CPU, where they meet other contexts that print.
 */
struct gunner {
	struct task_struct *task;
	unsigned int context;
	unsigned int count;
	int target;
	struct tasklet_struct softirq;
	call_single_data_t hardirq;
	bool pending;	/* set by the thread, cleared when it was fired */
};

static DEFINE_PER_CPU(struct gunner [CONTEXTS], gunners);
static DEFINE_PER_CPU(struct gunner *, nmi_gunner);	/* whose target this CPU is */

static atomic64_t last_id;
static atomic64_t fired[CONTEXTS];

/* One run at a time. */
static DEFINE_MUTEX(run_lock);
static DECLARE_COMPLETION(run_over);
static atomic_t firing;

/* Not the kernel's own, which may use the FPU: an NMI may not. */
static u32 add_to_crc(u32 crc, const char *text, unsigned int len)
{
	unsigned int bit;

	while (len--) {
		crc ^= (u8)*text++;
		for (bit = 0; bit < BITS_PER_BYTE; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	return crc;
}

static __printf(2, 3) void print_line(u32 *crc, const char *fmt, ...)
{
	char line[LINE_SIZE];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(line, sizeof(line) - 1, fmt, args);
	va_end(args);
	line[len++] = '\n';
	line[len] = '\0';
	*crc = add_to_crc(*crc, line, len);
	pr_warn("%s", line);
}

static void print_body(const char *headline, u64 id)
{
	unsigned int lines = 3 + id % 17;
	unsigned int i;
	u32 crc = ~0u;

	print_line(&crc, "%s %llu in %s", headline, id,
		   context_names[interrupt_context_level()]);
	for (i = 0; i < lines; i++)
		print_line(&crc, " report %llu, line %u of %u, jiffies %lu", id, i, lines, jiffies);
	pr_warn("crc %08x\n", ~crc);
}

static void stage(void)
{
	u64 id = atomic64_inc_return(&last_id);
	unsigned long flags;

	if (id % 2) {
		/* As WARN does: other contexts come in between, the task may migrate. */
		pr_warn(CUT_HERE);
		print_body("WARNING: storm", id);
		pr_warn(END_TRACE "\n");
		trace_error_report_end(ERROR_DETECTOR_WARN, id);
	} else {
		/* As KASAN and KFENCE do. */
		local_irq_save(flags);
		pr_err(RULE "\n");
		print_body("BUG: KASAN: storm", id);
		trace_error_report_end(ERROR_DETECTOR_KASAN, id);
		pr_err(RULE "\n");
		local_irq_restore(flags);
	}
	atomic64_inc(&fired[interrupt_context_level()]);
}

/* Any context, so no completion: that takes a lock. */
static void fire(struct gunner *gunner)
{
	stage();
	/* Pairs with the acquire in gun(). */
	smp_store_release(&gunner->pending, false);
}

static void fire_in_softirq(struct tasklet_struct *softirq)
{
	fire(container_of(softirq, struct gunner, softirq));
}

/* Or in the idle task, which looks for calls before it sleeps. */
static void fire_in_hardirq(void *gunner)
{
	fire(gunner);
}

static bool fire_in_nmi(void)
{
	struct gunner *gunner = this_cpu_read(nmi_gunner);

	if (!gunner || !READ_ONCE(gunner->pending))
		return false;
	fire(gunner);
	return true;
}

static int gun(void *data)
{
	struct gunner *gunner = data;

	for (; gunner->count; gunner->count--) {
		WRITE_ONCE(gunner->pending, true);
		switch (gunner->context) {
		case TASK:
			fire(gunner);
			break;
		case SOFTIRQ:
			tasklet_schedule(&gunner->softirq);
			break;
		case HARDIRQ:
			smp_call_function_single_async(gunner->target, &gunner->hardirq);
			break;
		case NMI:
			nmi_send(gunner->target);
			break;
		}
		/* Pairs with the release in fire(). */
		while (smp_load_acquire(&gunner->pending))
			cond_resched();
		cond_resched();
	}
	if (atomic_dec_and_test(&firing))
		complete(&run_over);
	return 0;
}

static void set_up(struct gunner *gunner, unsigned int context, int cpu, unsigned int count)
{
	int next = cpumask_next(cpu, cpu_online_mask);

	gunner->context = context;
	gunner->count = count;
	gunner->target = next < nr_cpu_ids ? next : cpumask_first(cpu_online_mask);
	tasklet_setup(&gunner->softirq, fire_in_softirq);
	INIT_CSD(&gunner->hardirq, fire_in_hardirq, gunner);
	if (context == NMI)
		per_cpu(nmi_gunner, gunner->target) = gunner;
}

static int run(unsigned int count)
{
	unsigned int contexts = NMI_AVAILABLE ? CONTEXTS : NMI;
	unsigned int gunners_left, context;
	int cpu, err = 0;

	cpus_read_lock();
	reinit_completion(&run_over);
	gunners_left = num_online_cpus() * contexts;
	/* One for ourselves, until all are started. */
	atomic_set(&firing, 1);

	for_each_online_cpu(cpu) {
		for (context = 0; context < contexts; context++) {
			struct gunner *gunner = &per_cpu(gunners, cpu)[context];
			unsigned int share = count / gunners_left--;

			count -= share;
			set_up(gunner, context, cpu, share);
			gunner->task = kthread_create_on_cpu(gun, gunner, cpu, "storm/%u");
			if (IS_ERR(gunner->task)) {
				err = PTR_ERR(gunner->task);
				continue;
			}
			atomic_inc(&firing);
			wake_up_process(gunner->task);
		}
	}
	if (!atomic_dec_and_test(&firing))
		wait_for_completion(&run_over);
	cpus_read_unlock();
	return err;
}

static ssize_t run_write(struct file *file, const char __user *from, size_t len, loff_t *offset)
{
	unsigned int count;
	int err;

	err = kstrtouint_from_user(from, len, 0, &count);
	if (err)
		return err;
	mutex_lock(&run_lock);
	err = run(count);
	mutex_unlock(&run_lock);
	return err ?: len;
}

static int run_show(struct seq_file *out, void *unused)
{
	unsigned int i;

	for (i = 0; i < CONTEXTS; i++)
		seq_printf(out, "%s %lld\n", context_names[i], atomic64_read(&fired[i]));
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

static struct dentry *directory;

static int __init error_report_storm_init(void)
{
	int err = nmi_start(fire_in_nmi);

	if (err)
		return err;
	directory = debugfs_create_dir("error_report_storm", NULL);
	debugfs_create_file("run", 0600, directory, NULL, &run_fops);
	return 0;
}

static void __exit error_report_storm_exit(void)
{
	int cpu;

	debugfs_remove(directory);
	nmi_stop();
	/* What cleared pending may still be returning. */
	for_each_possible_cpu(cpu)
		tasklet_unlock_wait(&per_cpu(gunners, cpu)[SOFTIRQ].softirq);
	kick_all_cpus_sync();
}

module_init(error_report_storm_init);
module_exit(error_report_storm_exit);

MODULE_AUTHOR("The error-report-notify authors");
MODULE_DESCRIPTION("Stages error reports in every context at once, for tests");
MODULE_LICENSE("GPL");
