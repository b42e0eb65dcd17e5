/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The entry of many kernel functions by one link. */
#include "probe.h"

SEC("kprobe.multi")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
