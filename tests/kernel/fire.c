// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the kernel produce real error reports. UBSAN reports each place once, that
 * is until the module is loaded anew.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kasan-checks.h>
#include <linux/kfence.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "arch/tags.h"
#include "contexts.h"
#include "fire.h"

/* KFENCE has a guard page on one side of an object of this size. */
#define OBJECT_SIZE 32

/*
 * The slab has no object of this size but a larger one, whose end is then out of bounds for
 * KASAN. A multiple of what a hardware tag is for.
 */
#define SHORT_OBJECT_SIZE 48

/* One allocation per sample interval is KFENCE's; so long is waited for one. */
#define KFENCE_WAIT_MS 20000

/* Reports of a shot of kind warn-burst. */
#define BURST 110

/* One report in the making; several CPUs may each have one. */
struct shot {
	const struct kind *kind;
	char *address;
	char *object;		/* freed afterwards */
	struct task_struct *victim;
	struct completion dying;
};

/**
 * struct kind - one kind of report
 * @name: as written to the file
 * @prepare: in process context; NULL if there is nothing to prepare
 * @fire: in the context asked for; makes the kernel report
 * @absent: this kernel would not report, so that there is no such kind
 */
struct kind {
	const char *name;
	int (*prepare)(struct shot *shot);
	void (*fire)(struct shot *shot);
	bool absent;
};

static void fire_warn(struct shot *shot)
{
	WARN_ON(true);
}

static void fire_warn_message(struct shot *shot)
{
	WARN(true, "a message of the trigger module, CPU %d\n", raw_smp_processor_id());
}

/*
 * In an interrupt it is more than a page: a record has some 970 bytes at most, and
 * each call adds a line to the stack.
 */
static noinline void warn_long(unsigned int calls)
{
#define LINE(n) "line " #n " of a long message, which does not fit a page of sysfs any more\n"
	if (calls)
		warn_long(calls - 1);
	else
		WARN(true, LINE(1) LINE(2) LINE(3) LINE(4) LINE(5) LINE(6) LINE(7) LINE(8)
		     LINE(9) LINE(10) LINE(11) LINE(12) LINE(13));
#undef LINE
	/* Or the compiler makes a loop of it. */
	barrier();
}

static void fire_warn_long(struct shot *shot)
{
	warn_long(32);
}

/* In an interrupt none of them can be collected before the last one was printed. */
static void fire_warn_burst(struct shot *shot)
{
	unsigned int i;

	for (i = 0; i < BURST; i++)
		WARN(true, "%u of a burst\n", i + 1);
}

static void fire_access(struct shot *shot)
{
	char *address = tags_differing(shot->address);
	u64 tags = tags_begin();

	READ_ONCE(*address);
	tags_end(tags);
}

/* Where hardware tags are checked asymmetrically, only a write is reported later. */
static void fire_overwrite(struct shot *shot)
{
	char *address = tags_differing(shot->address);
	u64 tags = tags_begin();

	WRITE_ONCE(*address, 0);
	tags_end(tags);
}

/* An object of KFENCE's pool, or one that is not; NULL if there is none. */
static char *allocate(size_t size, bool from_kfence)
{
	unsigned int waited;

	for (waited = 0; waited < KFENCE_WAIT_MS; waited++) {
		char *object = kmalloc(size, GFP_KERNEL);

		if (!object || is_kfence_address(object) == from_kfence)
			return object;
		kfree(object);
		usleep_range(900, 1100);
	}
	return NULL;
}

static int prepare_kfence_use_after_free(struct shot *shot)
{
	char *object = allocate(OBJECT_SIZE, true);

	if (!object)
		return -EOPNOTSUPP;
	shot->address = object;
	kfree(object);
	return 0;
}

static int prepare_kfence_out_of_bounds(struct shot *shot)
{
	char *object = allocate(OBJECT_SIZE, true);

	if (!object)
		return -EOPNOTSUPP;
	/* It lies at the begin or at the end of its page, at random. */
	shot->address = PAGE_ALIGNED(object) ? object - 1 : object + OBJECT_SIZE;
	shot->object = object;
	return 0;
}

static int prepare_use_after_free(struct shot *shot)
{
	char *object = allocate(OBJECT_SIZE, false);

	if (!object)
		return -ENOMEM;
	shot->address = object;
	kfree(object);
	return 0;
}

static int prepare_out_of_bounds(struct shot *shot)
{
	shot->object = allocate(SHORT_OBJECT_SIZE, false);
	if (!shot->object)
		return -ENOMEM;
	shot->address = shot->object + SHORT_OBJECT_SIZE;
	return 0;
}

/*
 * Behind the object but in its page, and not near that one's end: the page behind would really
 * fault, also while KASAN reads the hardware tags around the address.
 */
static int prepare_vmalloc_out_of_bounds(struct shot *shot)
{
	size_t size = PAGE_SIZE / 2;

	shot->object = vmalloc(size);
	if (!shot->object)
		return -ENOMEM;
	shot->address = shot->object + size;
	return 0;
}

/*
 * The compiler must not see what comes, lest it warns or leaves it out; and what
 * UBSAN can see is its report rather than KASAN's.
 */
static void fire_stack_out_of_bounds(struct shot *shot)
{
	char array[OBJECT_SIZE] = {};
	char *address = array;

	OPTIMIZER_HIDE_VAR(address);
	READ_ONCE(address[sizeof(array)]);
}

static char global[OBJECT_SIZE];

static void fire_global_out_of_bounds(struct shot *shot)
{
	char *address = global;

	OPTIMIZER_HIDE_VAR(address);
	READ_ONCE(address[sizeof(global)]);
}

/* KASAN leaves the object as it is at the second kfree(). */
static void fire_double_free(struct shot *shot)
{
	char *object = shot->object;

	shot->object = NULL;
	kfree(object);
	OPTIMIZER_HIDE_VAR(object);
	kfree(object);
}

static void fire_invalid_free(struct shot *shot)
{
	char *address = shot->object + 1;

	OPTIMIZER_HIDE_VAR(address);
	kfree(address);
}

/* Only the check, since the access would be an oops. KASAN ends it without an event. */
static void fire_null(struct shot *shot)
{
	kasan_check_read(NULL, 1);
}

/* The member behind the array keeps KASAN out of it. */
static struct {
	int array[4];
	int behind;
} bounds;

static void fire_array_out_of_bounds(struct shot *shot)
{
	unsigned int index = ARRAY_SIZE(bounds.array);
	int value;

	OPTIMIZER_HIDE_VAR(index);
	/* Not READ_ONCE(): an address right behind the array may be taken. */
	value = bounds.array[index];
	OPTIMIZER_HIDE_VAR(value);
}

static void fire_shift(struct shot *shot)
{
	unsigned int by = BITS_PER_TYPE(int);
	int value = 1;

	OPTIMIZER_HIDE_VAR(by);
	value <<= by;
	OPTIMIZER_HIDE_VAR(value);
	/* Or the call of UBSAN takes the place of our return, and our frame goes. */
	barrier();
}

/* checkpatch minds the real name; to crash is what is wanted here. */
#define DIE BUG

static int die(void *data)
{
	struct shot *shot = data;

	complete(&shot->dying);
	DIE();
	return 0;
}

static int prepare_bug(struct shot *shot)
{
	struct task_struct *victim = kthread_create(die, shot, "bug_victim");

	if (IS_ERR(victim))
		return PTR_ERR(victim);
	shot->victim = get_task_struct(victim);
	return 0;
}

static void fire_bug(struct shot *shot)
{
	wake_up_process(shot->victim);
}

static void bury(struct shot *shot, bool fired)
{
	/* Stopped earlier, the thread would not even begin. */
	if (fired)
		wait_for_completion(&shot->dying);
	kthread_stop(shot->victim);
	put_task_struct(shot->victim);
}

/* For who counts what arrives. */
static void fire_warn_number(struct shot *shot)
{
	static atomic_t number;

	WARN(true, "report %d of the trigger module\n", atomic_inc_return(&number));
}

static const struct kind kinds[] = {
	{ "warn", NULL, fire_warn },
	{ "warn-msg", NULL, fire_warn_message },
	{ "warn-long", NULL, fire_warn_long },
	{ "warn-burst", NULL, fire_warn_burst },
	{ "warn-number", NULL, fire_warn_number },
	{ "bug", prepare_bug, fire_bug },
	{ "kfence-uaf", prepare_kfence_use_after_free, fire_access,
	  !IS_ENABLED(CONFIG_KFENCE) },
	{ "kfence-oob", prepare_kfence_out_of_bounds, fire_access,
	  !IS_ENABLED(CONFIG_KFENCE) },
	{ "kasan-uaf", prepare_use_after_free, fire_access, !IS_ENABLED(CONFIG_KASAN) },
	{ "kasan-oob", prepare_out_of_bounds, fire_access, !IS_ENABLED(CONFIG_KASAN) },
	{ "kasan-oob-write", prepare_out_of_bounds, fire_overwrite, !IS_ENABLED(CONFIG_KASAN) },
	{ "kasan-stack-oob", NULL, fire_stack_out_of_bounds, !IS_ENABLED(CONFIG_KASAN_STACK) },
	{ "kasan-global-oob", NULL, fire_global_out_of_bounds,
	  !IS_ENABLED(CONFIG_KASAN_GENERIC) },
	{ "kasan-vmalloc-oob", prepare_vmalloc_out_of_bounds, fire_access,
	  !IS_ENABLED(CONFIG_KASAN_VMALLOC) },
	{ "kasan-double-free", prepare_out_of_bounds, fire_double_free,
	  !IS_ENABLED(CONFIG_KASAN) },
	{ "kasan-invalid-free", prepare_out_of_bounds, fire_invalid_free,
	  !IS_ENABLED(CONFIG_KASAN) },
	{ "kasan-null", NULL, fire_null, !IS_ENABLED(CONFIG_KASAN_GENERIC) },
	{ "ubsan-bounds", NULL, fire_array_out_of_bounds, !IS_ENABLED(CONFIG_UBSAN_BOUNDS) },
	{ "ubsan-shift", NULL, fire_shift, !IS_ENABLED(CONFIG_UBSAN_SHIFT) },
};

static void fire(void *data)
{
	struct shot *shot = data;

	shot->kind->fire(shot);
}

static int shoot(const struct kind *kind, const struct context *context)
{
	struct shot *shot = kzalloc(sizeof(*shot), GFP_KERNEL);
	struct call call = { fire, shot };
	int err;

	if (!shot)
		return -ENOMEM;
	shot->kind = kind;
	init_completion(&shot->dying);
	err = kind->prepare ? kind->prepare(shot) : 0;
	if (!err)
		err = context->run(&call);
	if (shot->victim)
		bury(shot, !err);
	kvfree(shot->object);
	kfree(shot);
	return err;
}

static const struct kind *find_kind(const char *name)
{
	const struct kind *kind;

	for (kind = kinds; kind < kinds + ARRAY_SIZE(kinds); kind++)
		if (!kind->absent && !strcmp(kind->name, name))
			return kind;
	return NULL;
}

int fire_order(const char *order)
{
	char kind_name[24], context_name[16] = "task";
	const struct context *context;
	const struct kind *kind;
	unsigned int count = 1;
	int err = 0;

	if (sscanf(order, "%23s %15s %u", kind_name, context_name, &count) < 1)
		return -EINVAL;

	kind = find_kind(kind_name);
	context = context_find(context_name);
	if (!kind || !context || context->locked)
		return -EINVAL;
	while (count-- && !err && !fatal_signal_pending(current))
		err = shoot(kind, context);
	return err;
}

void fire_show_kinds(struct seq_file *out)
{
	const struct kind *kind;

	for (kind = kinds; kind < kinds + ARRAY_SIZE(kinds); kind++)
		if (!kind->absent)
			seq_printf(out, " %s", kind->name);
}
