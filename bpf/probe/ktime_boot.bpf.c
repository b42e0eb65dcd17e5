/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The clock that goes on while the machine sleeps. */
#include "probe.h"

SEC("socket")
int probe(void *ctx)
{
	if (bpf_ktime_get_boot_ns())
		FIRE();
	return 0;
}
