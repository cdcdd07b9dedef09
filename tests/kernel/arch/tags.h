/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How to be caught by KASAN's hardware tags, which arm64's MTE checks. Elsewhere all
 * of this is nothing.
 *
 * In each granule of memory and in each pointer is a tag. An access whose tags differ faults
 * at once, and then the kernel turns checking off on that CPU; or it is only noted, and
 * reported when an exception next enters the kernel or a task is switched.
 */
#ifndef ERN_TEST_TAGS_H
#define ERN_TEST_TAGS_H

#include <linux/types.h>

#ifdef CONFIG_KASAN_HW_TAGS

#include <linux/bits.h>
#include <linux/kasan-enabled.h>
#include <linux/kasan-tags.h>
#include <linux/preempt.h>
#include <linux/uaccess.h>
#include <asm/barrier.h>
#include <asm/mte-kasan.h>
#include <asm/sysreg.h>

/* A page that is never mapped: that of error pointers. */
#define TAGS_NOWHERE ((u8 *)-4096L)

/**
 * tags_begin() - stay on this CPU, to access memory that is not to be accessed
 *
 * Return: how this CPU checks, for tags_end().
 */
static inline u64 tags_begin(void)
{
	preempt_disable();
	if (!kasan_hw_tags_enabled())
		return 0;
	mte_disable_tco();
	return read_sysreg(sctlr_el1) & SCTLR_EL1_TCF_MASK;
}

/**
 * tags_end() - have an access reported that was only noted, and check as before
 * @checking: what tags_begin() returned
 *
 * An access that faults, and nothing more, is an exception in the context where we are.
 */
static inline void tags_end(u64 checking)
{
	u8 nothing;

	if (kasan_hw_tags_enabled()) {
		__get_kernel_nofault(&nothing, TAGS_NOWHERE, u8, faulted);
faulted:
		sysreg_clear_set(sctlr_el1, SCTLR_EL1_TCF_MASK, checking);
		isb();
	}
	preempt_enable();
}

/**
 * tags_differing() - a pointer to the same memory, whose tag is not the memory's
 * @address: not to be accessed; its tag is the memory's if somebody has got that with
 *	the same tag by chance
 */
static inline char *tags_differing(char *address)
{
	if (!kasan_hw_tags_enabled() || mte_get_ptr_tag(address) != mte_get_mem_tag(address))
		return address;
	/* Of the tags that are given at random, all have a neighbour. */
	static_assert(!(KASAN_TAG_MIN & 1) && KASAN_TAG_MAX & 1);
	return (char *)((unsigned long)address ^ BIT(MTE_TAG_SHIFT));
}

#else

static inline u64 tags_begin(void)
{
	return 0;
}

static inline void tags_end(u64 checking) {}

static inline char *tags_differing(char *address)
{
	return address;
}

#endif
#endif /* ERN_TEST_TAGS_H */
