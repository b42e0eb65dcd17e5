/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A control group (v2) above the one of the running task. */
#include "probe.h"

SEC("tp_btf/sys_enter")
int probe(void *ctx)
{
	if (bpf_get_current_ancestor_cgroup_id(0))
		FIRE();
	return 0;
}
