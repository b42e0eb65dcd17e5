/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A tracepoint whose arguments have BTF types, on every system call. */
#include "probe.h"

SEC("tp_btf/sys_enter")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
