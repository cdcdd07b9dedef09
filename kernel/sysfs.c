// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "sysfs.h"

#define TRUNCATED "<truncated>\n"

/* sysfs refuses a whole page. */
#define LAST_MAX (PAGE_SIZE - 1)

static struct {
	/* A reader sees the count and the report of one moment, and no half. */
	struct mutex lock;
	u64 count;
	size_t len;
	char text[PAGE_SIZE];
} last = {
	.lock = __MUTEX_INITIALIZER(last.lock),
};

static struct kobject *directory;

static ssize_t last_report_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	ssize_t len;

	mutex_lock(&last.lock);
	len = last.len;
	memcpy(buf, last.text, len);
	mutex_unlock(&last.lock);
	return len;
}

static ssize_t report_count_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	u64 count;

	mutex_lock(&last.lock);
	count = last.count;
	mutex_unlock(&last.lock);
	return sysfs_emit(buf, "%llu\n", count);
}

static struct kobj_attribute last_report = __ATTR_RO_MODE(last_report, 0400);
static struct kobj_attribute report_count = __ATTR_RO(report_count);

static struct attribute *attrs[] = {
	&last_report.attr,
	&report_count.attr,
	NULL
};

static const struct attribute_group group = {
	.attrs = attrs,
};

/* Bytes of @text, which is longer, up to the end of the last line within @room. */
static size_t fitting_lines(const char *text, size_t room)
{
	size_t len = room;

	while (len && text[len] != '\n')
		len--;
	return len ?: room;
}

/* @cut: @text is not the whole report already. */
static void set_text(const char *text, size_t len, bool cut)
{
	size_t room = LAST_MAX - strlen("\n");

	cut |= len > room;
	if (cut)
		room -= strlen(TRUNCATED);
	if (len > room)
		len = fitting_lines(text, room);

	memcpy(last.text, text, len);
	if (len)
		last.text[len++] = '\n';
	if (cut) {
		memcpy(last.text + len, TRUNCATED, strlen(TRUNCATED));
		len += strlen(TRUNCATED);
	}
	last.len = len;
}

void ern_sysfs_update(u64 seq, const char *text, u32 len, bool cut)
{
	mutex_lock(&last.lock);
	last.count = seq;
	if (text)
		set_text(text, len, cut);
	mutex_unlock(&last.lock);

	if (text)
		sysfs_notify(directory, NULL, "last_report");
	sysfs_notify(directory, NULL, "report_count");
}

int ern_sysfs_init(void)
{
	int err;

	directory = kobject_create_and_add("error_report", kernel_kobj);
	if (!directory)
		return -ENOMEM;
	err = sysfs_create_group(directory, &group);
	if (err)
		kobject_put(directory);
	return err;
}

void ern_sysfs_exit(void)
{
	sysfs_remove_group(directory, &group);
	kobject_put(directory);
}
