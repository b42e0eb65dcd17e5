/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Kernel memory by address; refused where lockdown is confidentiality. */
#include "probe.h"

SEC("raw_tp/sys_enter")
int probe(void *ctx)
{
	void *task = (void *)bpf_get_current_task();
	__u64 value;

	if (bpf_probe_read_kernel(&value, sizeof(value), task) == 0)
		FIRE();
	return 0;
}
