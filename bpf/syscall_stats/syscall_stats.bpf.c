/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * System calls by control group and number: how many, how many failed, how long they took. All of it is summed in the kernel; no record is sent.
 *
 * They are heard of in one of two ways (NodeAgent/Collectors/Syscalls/SyscallHooks.cs): by typed tracepoints, or where a task may be preempted in those, by the perf events of the same tracepoints.
 */
#define RING_BYTES 4096
#include "calls.h"
#include "collector.h"
#include "power.h"

#define MAX_ENTRIES 8192
#define BUCKETS 24
#define MAX_ERRNO 4095

/* Of 32-bit programs, which number their calls otherwise. */
#define COMPAT (1U << 31)

struct key {
	__u64 group;
	__u32 number;
	__u32 pad;
};

/* NodeAgent/Collectors/Syscalls/SyscallSums.cs */
struct call {
	__u64 count;
	__u64 errors;
	__u64 nanoseconds;
	/* By the power of two of microseconds; the first is less than one. */
	__u64 buckets[BUCKETS];
};

struct begun {
	__u64 time;
	__u32 number;
	__u32 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct begun);
} tasks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, MAX_ENTRIES);
	__type(key, struct key);
	__type(value, struct call);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct call);
} none SEC(".maps");

static __always_inline __u32 number_of(struct task_struct *task, __u32 number)
{
	return is_compat(task) ? number | COMPAT : number;
}

static __always_inline int begin(__u32 number)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct begun *begun = bpf_task_storage_get(&tasks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	struct counts *of;

	if (!begun) {
		/* The kernel was interrupted in the midst of another's. Its return will have no beginning. */
		of = counts_of(group_of(task));
		if (of) {
			ADD(of->seen, 1);
			ADD(of->lost_map, 1);
		}
		return 0;
	}
	begun->time = bpf_ktime_get_boot_ns();
	begun->number = number_of(task, number);
	return 0;
}

static __always_inline int end(__s64 result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct begun *begun = bpf_task_storage_get(&tasks, task, 0, 0);
	struct key key = {};
	struct counts *of;
	struct call *call, *zero;
	__u64 took;
	__u32 first = 0, bucket;

	key.group = group_of(task);
	of = counts_of(key.group);
	if (!of)
		return 0;
	ADD(of->seen, 1);
	if (!begun || begun->time == 0) {
		/* It began before this was attached, or in the parent of a copy. */
		ADD(of->filtered, 1);
		return 0;
	}
	took = bpf_ktime_get_boot_ns() - begun->time;
	key.number = begun->number;
	begun->time = 0;
	call = bpf_map_lookup_elem(&calls, &key);
	if (!call) {
		zero = bpf_map_lookup_elem(&none, &first);
		if (zero)
			bpf_map_update_elem(&calls, &key, zero, BPF_NOEXIST);
		call = bpf_map_lookup_elem(&calls, &key);
	}
	if (!call) {
		ADD(of->lost_map, 1);
		return 0;
	}
	ADD(call->count, 1);
	ADD(call->nanoseconds, took);
	if (result < 0 && result >= -MAX_ERRNO)
		ADD(call->errors, 1);
	bucket = power(took / 1000);
	ADD(call->buckets[bucket < BUCKETS ? bucket : BUCKETS - 1], 1);
	ADD(of->aggregated, 1);
	return 0;
}

SEC("tp_btf/sys_enter")
int entered(__u64 *ctx)
{
	return begin(ctx[1]);
}

SEC("tp_btf/sys_exit")
int left(__u64 *ctx)
{
	return end(ctx[1]);
}

/* events/raw_syscalls/{sys_enter,sys_exit}/format of tracefs; of what follows only the second has one number. */
struct event {
	__u64 common;
	__s64 number;
	__s64 result;
};

SEC("tracepoint/raw_syscalls/sys_enter")
int entered_event(struct event *event)
{
	return begin(event->number);
}

SEC("tracepoint/raw_syscalls/sys_exit")
int left_event(struct event *event)
{
	return end(event->result);
}
