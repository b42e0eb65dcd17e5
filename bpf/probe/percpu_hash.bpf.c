/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A table with a value for each CPU, filled as it goes. */
#include "probe.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} table SEC(".maps");

SEC("socket")
int probe(void *ctx)
{
	__u32 key = 1;
	__u64 value = 1;

	if (bpf_map_update_elem(&table, &key, &value, BPF_ANY) == 0)
		FIRE();
	return 0;
}
