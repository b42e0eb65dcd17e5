/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A program that may sleep, so that it may read user memory that is not there yet: an iterator, because those need no trampoline. */
#include "probe.h"

SEC("iter.s/task")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
