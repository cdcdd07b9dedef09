/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ERN_TEST_STAGE_H
#define ERN_TEST_STAGE_H

#include <linux/types.h>

/**
 * stage_play() - print and fire what a script says
 * @script: changed meanwhile; see stage.c
 *
 * Process context. Return: 0, or a negative errno if nothing was played.
 */
int stage_play(char *script);

#endif /* ERN_TEST_STAGE_H */
