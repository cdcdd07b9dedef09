// SPDX-License-Identifier: GPL-2.0-only
/*
 * Error reports on demand, for tests and for the curious, in
 * /sys/kernel/debug/error_report_trigger/:
 *
 *	echo "KIND [CONTEXT [COUNT]]" > fire
 *	printf 'CONTEXT\nSTEP\nSTEP...' > stage
 *
 * The first makes the kernel report a real error; KIND and CONTEXT are listed by
 * reading the file, CONTEXT is task by default, COUNT 1. The second stages any
 * sequence of lines and events, see stage.c.
 *
 * A write returns when the reports have been printed. Everything but BUG(),
 * which kills a thread of its own, happens on the writer's CPU, so that taskset
 * chooses it.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "contexts.h"
#include "fire.h"
#include "stage.h"

/* More than the longest report that can be delivered. */
#define STAGE_MAX SZ_256K

static ssize_t fire_write(struct file *file, const char __user *from, size_t len, loff_t *offset)
{
	char order[64];
	loff_t begin = 0;
	ssize_t copied = simple_write_to_buffer(order, sizeof(order) - 1, &begin, from, len);

	if (copied < 0)
		return copied;
	if (copied < len)
		return -EINVAL;
	order[copied] = '\0';
	return fire_order(order) ?: len;
}

static int fire_show(struct seq_file *out, void *unused)
{
	seq_puts(out, "kinds:");
	fire_show_kinds(out);
	seq_puts(out, "\ncontexts:");
	contexts_show(out);
	seq_putc(out, '\n');
	return 0;
}

static int fire_open(struct inode *inode, struct file *file)
{
	return single_open(file, fire_show, NULL);
}

static const struct file_operations fire_fops = {
	.owner = THIS_MODULE,
	.open = fire_open,
	.read = seq_read,
	.write = fire_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static ssize_t stage_write(struct file *file, const char __user *from, size_t len, loff_t *offset)
{
	char *script;
	int err;

	if (len > STAGE_MAX)
		return -E2BIG;
	script = memdup_user_nul(from, len);
	if (IS_ERR(script))
		return PTR_ERR(script);
	err = stage_play(script);
	kfree(script);
	return err ?: len;
}

static const struct file_operations stage_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = stage_write,
};

static struct dentry *directory;

static int __init error_report_trigger_init(void)
{
	int err = contexts_init();

	if (err)
		return err;
	directory = debugfs_create_dir("error_report_trigger", NULL);
	debugfs_create_file("fire", 0600, directory, NULL, &fire_fops);
	debugfs_create_file("stage", 0200, directory, NULL, &stage_fops);
	return 0;
}

static void __exit error_report_trigger_exit(void)
{
	debugfs_remove(directory);
	contexts_exit();
}

module_init(error_report_trigger_init);
module_exit(error_report_trigger_exit);

MODULE_AUTHOR("The error-report-notify authors");
MODULE_DESCRIPTION("Error reports on demand, for tests");
MODULE_LICENSE("GPL");
