/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The control group (v2) of the running task. */
#include "probe.h"

SEC("tp_btf/sys_enter")
int probe(void *ctx)
{
	if (bpf_get_current_cgroup_id())
		FIRE();
	return 0;
}
