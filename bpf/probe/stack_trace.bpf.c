/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Stacks of the kernel, kept by the kernel. */
#include "probe.h"

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 64);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 32 * sizeof(__u64));
} stacks SEC(".maps");

SEC("raw_tp/sys_enter")
int probe(void *ctx)
{
	if (bpf_get_stackid(ctx, &stacks, BPF_F_REUSE_STACKID) >= 0)
		FIRE();
	return 0;
}
