// SPDX-License-Identifier: GPL-2.0-only
/*
 * A subsystem that finds an error by itself, and reports it: looks at an object when it is
 * loaded, and finds that its canary is dead.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/error_report_notify.h>
#include <linux/module.h>
#include <linux/printk.h>

#define CANARY	0x600dc0deu

static bool warn;
module_param(warn, bool, 0444);
MODULE_PARM_DESC(warn, "Whether a WARN() comes in the midst of the report; it is one of its own");

static struct sample {
	u32 canary;
} sample = {
	.canary = 0xdead,
};

static void check(const struct sample *object)
{
	unsigned long id = (unsigned long)object;

	if (object->canary == CANARY)
		return;

	error_report_begin("sample", id);
	pr_err("canary of object %p is %#x instead of %#x\n", object, object->canary, CANARY);
	WARN(warn, "a warning in the midst of it");
	dump_stack();
	error_report_end("sample", id);
}

static int __init error_report_sample_init(void)
{
	check(&sample);
	return 0;
}

static void __exit error_report_sample_exit(void)
{
}

module_init(error_report_sample_init);
module_exit(error_report_sample_exit);

MODULE_AUTHOR("The error-report-notify authors");
MODULE_DESCRIPTION("Sample of a report that a subsystem brackets itself");
MODULE_LICENSE("GPL");
