/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A raw tracepoint, on every system call. */
#include "probe.h"

SEC("raw_tp/sys_enter")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
