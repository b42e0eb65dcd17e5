/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The return of a function of a program. */
#include "probe.h"

SEC("uretprobe")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
