/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What every collector has: a ring of its own, and for each control group the sum
 *   seen = filtered + aggregated + emitted + lost_ring + lost_map + lost_rate + error + sampled
 * which the hooks never reset. A collector defines RING_BYTES before it includes this.
 */
#pragma once
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "group.h"

/* Many helpers are only for programs under a licence of this name. */
char LICENSE[] SEC("license") = "GPL";

#define MAX_GROUPS 1024

/* NodeAgent/Collectors/Accounting/Counts.cs */
struct counts {
	__u64 seen;
	__u64 filtered;
	__u64 aggregated;
	__u64 emitted;
	__u64 lost_ring;
	__u64 lost_map;
	__u64 lost_rate;
	__u64 error;
	__u64 sampled;
};

/* How each record begins: NodeAgent/Collectors/RecordHead.cs */
struct record {
	__u32 kind;
	__u32 cpu;
	/* Grows on its CPU with each try, so that what was lost is a gap. */
	__u64 sequence;
	/* Nanoseconds since the machine's start, with what it slept. */
	__u64 time;
	__u64 group;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, MAX_GROUPS);
	__type(key, __u64);
	__type(value, struct counts);
} counts SEC(".maps");

/* Of control groups for which there is no place in `counts`, and of sockets that outlived theirs. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counts);
} rest SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} tries SEC(".maps");

/* The time at which a control group's bucket of tokens will be full again. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_GROUPS);
	__type(key, __u64);
	__type(value, __u64);
} buckets SEC(".maps");

/* NodeAgent/Collectors/CollectorControl.cs: set by the reader while it can't keep up. All zero is no pressure. */
struct control {
	/* How many times twice as much waits before the reader is woken, 0 to 2. */
	__u32 wake_later;
	/* Of 2^32 records so many are left out. */
	__u32 left_out;
	/* Whether only records are sent that are in no sum. */
	__u32 no_exemplars;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct control);
} control SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} ring SEC(".maps");

/* Nanoseconds that a record costs, and how many may be borrowed: 0 is no limit. Set before loading. */
const volatile struct {
	__u64 token_nanoseconds;
	__u64 burst_nanoseconds;
} settings SEC(".rodata.settings") = {};

/* By the compiler's built-in: a hook may interrupt another on the same CPU. */
#define ADD(counter, number) ((void)__sync_fetch_and_add(&(counter), number))

/* 0 for what is above, and for errors. The compiler must not look through it: the verifier would lose the bound. */
#define BOUNDED(size, most)                  \
	({                                       \
		__u64 _size = (size);                \
		asm volatile("" : "+r"(_size));      \
		_size > (most) ? 0 : _size;          \
	})

static __always_inline struct counts *counts_of_rest(void)
{
	__u32 first = 0;

	return bpf_map_lookup_elem(&rest, &first);
}

static __always_inline struct counts *counts_of(__u64 group)
{
	struct counts none = {};
	struct counts *found = bpf_map_lookup_elem(&counts, &group);

	if (found)
		return found;
	bpf_map_update_elem(&counts, &group, &none, BPF_NOEXIST);
	found = bpf_map_lookup_elem(&counts, &group);
	return found ? found : counts_of_rest();
}

/* Whether the control group may send one more. Two CPUs at the same moment may both be let through: what is counted stays exact. */
static __always_inline int has_token(__u64 group, __u64 now)
{
	__u64 full, *bucket;

	if (settings.token_nanoseconds == 0)
		return 1;
	bucket = bpf_map_lookup_elem(&buckets, &group);
	full = bucket && *bucket > now ? *bucket : now;
	if (full - now > settings.burst_nanoseconds)
		return 0;
	full += settings.token_nanoseconds;
	if (bucket)
		*bucket = full;
	else
		bpf_map_update_elem(&buckets, &group, &full, BPF_ANY);
	return 1;
}

/* Sends `size` bytes that begin with the record, or counts it as lost. The reader is woken when an eighth of the ring waits, under pressure later; it looks by itself before that. */
static __always_inline void emit(struct counts *of, struct record *record, __u32 size)
{
	__u32 first = 0;
	__u64 *tried = bpf_map_lookup_elem(&tries, &first);
	struct control *set = bpf_map_lookup_elem(&control, &first);
	__u64 flags;

	if (!tried || !set)
		return;
	if (bpf_get_prandom_u32() < set->left_out) {
		ADD(of->sampled, 1);
		return;
	}
	flags = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) >= (RING_BYTES / 8) << (set->wake_later & 3) ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
	record->cpu = bpf_get_smp_processor_id();
	record->sequence = __sync_fetch_and_add(tried, 1);
	if (bpf_ringbuf_output(&ring, record, size, flags) == 0)
		ADD(of->emitted, 1);
	else
		ADD(of->lost_ring, 1);
}
