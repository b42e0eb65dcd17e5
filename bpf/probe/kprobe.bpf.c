/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The entry of a kernel function, by a probe. */
#include "probe.h"

SEC("kprobe")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
