// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports of every length in a range when it is loaded, under the longest name that there is:
 * a message is allocated at its exact size.
 */
#include <linux/error_report_notify.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/printk.h>

static unsigned int first = 1;
module_param(first, uint, 0444);
MODULE_PARM_DESC(first, "Bytes of the shortest report");

static unsigned int last = 1;
module_param(last, uint, 0444);
MODULE_PARM_DESC(last, "Bytes of the longest");

static const char tool[] = "a_name_of_thirty_one_characters";

/* In lines of 64 bytes, with the newline in front of each but the first. */
static void print_report(unsigned int length)
{
	unsigned int id = length;

	error_report_begin(tool, id);
	pr_info("%.*s\n", min(length, 63u),
		"A text as long as is wanted, in lines of sixty-four bytes each.");
	for (length -= min(length, 63u); length > 1; length -= min(length, 64u))
		pr_info("%0*d\n", min(length, 64u) - 1, 0);
	error_report_end(tool, id);
}

static int __init error_report_lengths_init(void)
{
	unsigned int length;

	for (length = first; length <= last; length++)
		print_report(length);
	return 0;
}

static void __exit error_report_lengths_exit(void)
{
}

module_init(error_report_lengths_init);
module_exit(error_report_lengths_exit);

MODULE_AUTHOR("The error-report-notify authors");
MODULE_DESCRIPTION("Reports of many lengths");
MODULE_LICENSE("GPL");
