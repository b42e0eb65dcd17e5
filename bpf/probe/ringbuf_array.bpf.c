/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A ring buffer for each of several producers. */
#include "probe.h"

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct ring);
} rings SEC(".maps") = {
	.values = { &ring },
};

SEC("socket")
int probe(void *ctx)
{
	__u64 record = 1;
	__u32 first = 0;
	void *found = bpf_map_lookup_elem(&rings, &first);

	if (found && bpf_ringbuf_output(found, &record, sizeof(record), 0) == 0)
		FIRE();
	return 0;
}
