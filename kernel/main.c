// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/printk.h>

#include "assembler.h"
#include "capture.h"
#include "deliver.h"
#include "history.h"
#include "netlink.h"
#include "sysfs.h"

#define SLOTS_MAX	1024u
#define SLOT_SIZE_MIN	1024u
#define RING_SIZE_MAX	(1024u << 20)
#define SILENCE_MIN_MS	100u
#define SILENCE_MAX_MS	(3600u * 1000)

static unsigned int slots;
module_param(slots, uint, 0444);
MODULE_PARM_DESC(slots, "Reports that can be printed at once, 1 to 1024 (default: 0, which stands for 2 a CPU and 8, 64 at the most)");

static unsigned int slot_size = 32 << 10;
module_param(slot_size, uint, 0444);
MODULE_PARM_DESC(slot_size, "Longest report in bytes, 1024 to 65530; memory: slots times this (default: 32768)");

static unsigned int ring_size = 4 << 20;
module_param(ring_size, uint, 0444);
MODULE_PARM_DESC(ring_size, "Memory for the history in bytes, 262144 to 1073741824, rounded up to a power of two (default: 4194304)");

static unsigned int silence_ms = 10 * 1000;
module_param(silence_ms, uint, 0444);
MODULE_PARM_DESC(silence_ms, "Milliseconds without a line after which a report that did not end is delivered, 100 to 3600000 (default: 10000)");

static bool use_start_event = true;
module_param(use_start_event, bool, 0444);
MODULE_PARM_DESC(use_start_event, "Use the trace event error_report_start where the kernel has it (default: yes)");

static struct ern_limits limits;

static bool valid(const char *name, unsigned int value, unsigned int least, unsigned int most)
{
	if (value >= least && value <= most)
		return true;
	pr_err("parameter %s=%u is out of range, it takes %u to %u\n", name, value, least, most);
	return false;
}

static int set_limits(void)
{
	if (!slots)
		slots = min(2 * num_possible_cpus() + 8, 64u);
	if (!valid("slots", slots, 1, SLOTS_MAX) ||
	    !valid("slot_size", slot_size, SLOT_SIZE_MIN, ERN_TEXT_MAX) ||
	    !valid("ring_size", ring_size, ERN_RING_MIN, RING_SIZE_MAX) ||
	    !valid("silence_ms", silence_ms, SILENCE_MIN_MS, SILENCE_MAX_MS))
		return -EINVAL;

	ring_size = roundup_pow_of_two(ring_size);
	limits = (struct ern_limits) {
		.slots = slots,
		.slot_size = slot_size,
		.ring_size = ring_size,
		.silence_ms = silence_ms,
		.use_start_event = use_start_event,
	};
	return 0;
}

static int __init error_report_notify_init(void)
{
	int err;

	err = set_limits();
	if (err)
		return err;
	err = ern_deliver_init(&limits);
	if (err)
		return err;
	err = ern_netlink_init(ern_deliver_history(), &limits);
	if (err)
		goto err_deliver;
	err = ern_sysfs_init();
	if (err)
		goto err_netlink;
	/* What was printed before is in the log alone; listen --recover reads it from there. */
	pr_info("instance %#018llx begins\n", ern_deliver_history()->instance);
	err = ern_capture_start(ern_deliver_assembler(), limits.use_start_event, ern_deliver_kick);
	if (err)
		goto err_flush;
	return 0;

err_flush:
	pr_info("instance %#018llx ends\n", ern_deliver_history()->instance);
	ern_deliver_flush();
	ern_sysfs_exit();
err_netlink:
	ern_netlink_exit();
err_deliver:
	ern_deliver_exit();
	return err;
}

static void __exit error_report_notify_exit(void)
{
	ern_capture_stop();
	pr_info("instance %#018llx ends\n", ern_deliver_history()->instance);
	ern_deliver_flush();
	ern_sysfs_exit();
	ern_netlink_exit();
	ern_deliver_exit();
}

/*
 * Built in, behind generic netlink, workqueues and sysfs, and before all drivers; as a
 * module this is module_init().
 */
subsys_initcall_sync(error_report_notify_init);
module_exit(error_report_notify_exit);

MODULE_AUTHOR("The error-report-notify authors");
MODULE_DESCRIPTION("Delivers kernel error reports over generic netlink");
MODULE_VERSION(ERN_VERSION);
MODULE_LICENSE("GPL");
