/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Memory of the running program by address. */
#include "probe.h"

SEC("raw_tp/sys_enter")
int probe(void *ctx)
{
	__u64 value;

	/* Address 0 is never mapped: that the call is let in is enough. */
	if (bpf_probe_read_user(&value, sizeof(value), 0) != 0)
		FIRE();
	return 0;
}
