/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Many entries of a table by one system call. */
#include "probe.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} table SEC(".maps");

SEC("socket")
int probe(void *ctx)
{
	__u32 key = 1;

	/* The agent has written this entry by a batch. */
	if (bpf_map_lookup_elem(&table, &key))
		FIRE();
	return 0;
}
