/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A ring buffer that takes a record. Of 64 KiB, because its size must be a multiple of the page size, which may be that much. */
#include "probe.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} ring SEC(".maps");

SEC("socket")
int probe(void *ctx)
{
	__u64 record = 1;

	if (bpf_ringbuf_output(&ring, &record, sizeof(record), 0) == 0)
		FIRE();
	return 0;
}
