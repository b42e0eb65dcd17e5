/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A tracepoint by its number in tracefs. */
#include "probe.h"

SEC("tracepoint/raw_syscalls/sys_enter")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
