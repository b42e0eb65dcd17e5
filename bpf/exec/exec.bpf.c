/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Processes that are copied, begin another program, and end. */
#define RING_BYTES (1 << 20)
#include "collector.h"

#define KIND_FORK 1
#define KIND_EXEC 2
#define KIND_EXIT 3

/* Bytes; what is longer is cut. */
#define MAX_PATH 512
#define MAX_ARGS 4096

/* include/linux/sched/signal.h: the whole group ends, with the code of the group. */
#define SIGNAL_GROUP_EXIT 4

/* NodeAgent/Collectors/Exec/ProcessRecord.cs */
struct process {
	struct record head;
	__u64 start;
	__u64 parent_start;
	__u32 pid;
	__u32 parent;
	__u32 user;
	/* As wait(2) gives it. */
	__u32 status;
	char name[16];
	char parent_name[16];
	/* How many arguments there are, and how long all of them. */
	__u32 argc;
	__u32 args_bytes;
	/* How much of both follows. */
	__u32 path_size;
	__u32 args_size;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct {
		struct process process;
		char text[MAX_PATH + MAX_ARGS];
	});
} scratch SEC(".maps");

struct life {
	__u64 start;
	__u64 pid;
};

/* Of two threads that end last at the same time each sees that none is left: only one may say so. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct life);
	__type(value, __u8);
} ended SEC(".maps");

static __always_inline void copy_name(char *to, struct task_struct *task)
{
	((__u64 *)to)[0] = ((__u64 *)task->comm)[0];
	((__u64 *)to)[1] = ((__u64 *)task->comm)[1];
}

static __always_inline void describe(struct process *process, struct task_struct *task, __u32 kind, __u64 group, __u64 now)
{
	struct task_struct *leader = task->group_leader;
	struct task_struct *parent = task->real_parent;

	process->head.kind = kind;
	process->head.time = now;
	process->head.group = group;
	process->start = leader->start_boottime;
	process->parent_start = parent->group_leader->start_boottime;
	process->pid = task->tgid;
	process->parent = parent->tgid;
	process->user = task->cred->uid.val;
	process->status = 0;
	copy_name(process->name, task);
	copy_name(process->parent_name, parent);
	process->argc = 0;
	process->args_bytes = 0;
	process->path_size = 0;
	process->args_size = 0;
}

SEC("tp_btf/sched_process_fork")
int forked(__u64 *ctx)
{
	struct task_struct *child = (void *)ctx[1];
	__u64 now = bpf_ktime_get_boot_ns();
	__u64 group = group_of(child);
	struct counts *of = counts_of(group);
	__u32 first = 0;
	struct process *process = bpf_map_lookup_elem(&scratch, &first);

	if (!of || !process)
		return 0;
	ADD(of->seen, 1);
	if (child->pid != child->tgid) {
		/* A thread. */
		ADD(of->filtered, 1);
	} else if (!has_token(group, now)) {
		ADD(of->lost_rate, 1);
	} else {
		describe(process, child, KIND_FORK, group, now);
		emit(of, &process->head, sizeof(*process));
	}
	return 0;
}

SEC("tp_btf/sched_process_exec")
int began(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct linux_binprm *program = (void *)ctx[2];
	__u64 now = bpf_ktime_get_boot_ns();
	__u64 group = group_of(task);
	struct counts *of = counts_of(group);
	__u32 first = 0;
	struct process *process = bpf_map_lookup_elem(&scratch, &first);
	struct mm_struct *memory;
	char *text;
	__u64 from, bytes, path, size;

	if (!of || !process)
		return 0;
	ADD(of->seen, 1);
	if (!has_token(group, now)) {
		ADD(of->lost_rate, 1);
		return 0;
	}
	describe(process, task, KIND_EXEC, group, now);
	text = (char *)(process + 1);
	/* The path as it was asked for lies in the new program's own memory, which can be read where the kernel's must not (lockdown=confidentiality). */
	path = BOUNDED(bpf_probe_read_user_str(text, MAX_PATH, (void *)program->exec), MAX_PATH);
	memory = task->mm;
	from = memory->arg_start;
	bytes = memory->arg_end - from;
	size = bytes > MAX_ARGS ? MAX_ARGS : bytes;
	if (bpf_probe_read_user(text + path, size, (void *)from) != 0)
		size = 0;
	process->argc = program->argc;
	process->args_bytes = bytes;
	process->path_size = path;
	process->args_size = size;
	emit(of, &process->head, sizeof(*process) + path + size);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int exited(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct signal_struct *whole = task->signal;
	__u64 now = bpf_ktime_get_boot_ns();
	__u64 group = group_of(task);
	struct counts *of = counts_of(group);
	struct life life = {};
	__u8 once = 1;
	__u32 first = 0;
	struct process *process = bpf_map_lookup_elem(&scratch, &first);

	if (!of || !process)
		return 0;
	ADD(of->seen, 1);
	life.start = task->group_leader->start_boottime;
	life.pid = task->tgid;
	if (whole->live.counter != 0 || bpf_map_update_elem(&ended, &life, &once, BPF_NOEXIST) == -17 /* EEXIST */) {
		/* Not the last of its threads. */
		ADD(of->filtered, 1);
	} else if (!has_token(group, now)) {
		ADD(of->lost_rate, 1);
	} else {
		describe(process, task, KIND_EXIT, group, now);
		process->status = whole->flags & SIGNAL_GROUP_EXIT ? whole->group_exit_code : task->group_leader->exit_code;
		emit(of, &process->head, sizeof(*process));
	}
	return 0;
}
