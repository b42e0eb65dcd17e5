/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A table that forgets what was not used for longest. */
#include "probe.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
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
