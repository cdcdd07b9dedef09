/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ERN_TEST_FIRE_H
#define ERN_TEST_FIRE_H

#include <linux/seq_file.h>

/**
 * fire_order() - make the kernel report
 * @order: "KIND [CONTEXT [COUNT]]"
 *
 * Process context. Return: 0 when the reports have been printed, or a negative
 * errno.
 */
int fire_order(const char *order);

/* The names of all kinds, with a space in front of each. */
void fire_show_kinds(struct seq_file *out);

#endif /* ERN_TEST_FIRE_H */
