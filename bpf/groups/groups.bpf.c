/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Control groups that are made and removed, of all hierarchies: so that the name of one is known before its first process begins. And those of processes that run already. */
#define RING_BYTES (1 << 18)
#include "collector.h"

#define KIND_MADE 1
#define KIND_REMOVED 2

#define MAX_PATH 1024
#define MAX_LEVELS 32

/* NodeAgent/Collectors/Groups/GroupRecord.cs */
struct change {
	struct record head;
	/* 0 is the unified one. */
	__u32 hierarchy;
	__u32 path_size;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct {
		struct change change;
		char path[MAX_PATH];
	});
} scratch SEC(".maps");

static __always_inline int tell(struct cgroup *group, const char *path, __u32 kind)
{
	__u32 first = 0;
	struct change *change = bpf_map_lookup_elem(&scratch, &first);
	/* One account for all: a control group that has just been made would need a place for itself. */
	struct counts *of = counts_of(0);
	__u64 size;

	if (!of || !change)
		return 0;
	ADD(of->seen, 1);
	change->head.kind = kind;
	change->head.time = bpf_ktime_get_boot_ns();
	change->hierarchy = group->root->hierarchy_id;
	change->head.group = group->kn->id | (change->hierarchy ? GROUP_V1 : 0);
	size = BOUNDED(bpf_probe_read_kernel_str(change + 1, MAX_PATH, path), MAX_PATH);
	change->path_size = size;
	emit(of, &change->head, sizeof(*change) + size);
	return 0;
}

SEC("tp_btf/cgroup_mkdir")
int made(__u64 *ctx)
{
	return tell((struct cgroup *)ctx[0], (const char *)ctx[1], KIND_MADE);
}

SEC("tp_btf/cgroup_rmdir")
int removed(__u64 *ctx)
{
	return tell((struct cgroup *)ctx[0], (const char *)ctx[1], KIND_REMOVED);
}

static __always_inline struct cgroup *control_group_of(struct task_struct *task)
{
	struct css_set *set = task->cgroups;
	struct cgroup *unified = set->dfl_cgrp;

	if (unified->level > 0)
		return unified;
	GROUP_OF_V1(set, memory_cgrp_id, group)
	GROUP_OF_V1(set, pids_cgrp_id, group)
	GROUP_OF_V1(set, cpuset_cgrp_id, group)
	return unified;
}

/*
 * The control groups of all processes that the reader's namespace has: from the kernel's own objects, because a container may see no hierarchy, or only its own part of one. Lines of text:
 * "self|other HIERARCHY NUMBER NAME/PARENT'S NAME/.../", the innermost first, `self` for the reader's own. No name has a line's end in it (cgroup_mkdir in kernel/cgroup/cgroup.c).
 */
SEC("iter/task")
int processes(struct bpf_iter__task *ctx)
{
	struct seq_file *text = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct cgroup_subsys_state *above;
	struct cgroup *group;

	if (!task || task->pid != task->tgid)
		return 0;
	group = control_group_of(task);
	if (task->tgid == bpf_get_current_pid_tgid() >> 32)
		BPF_SEQ_PRINTF(text, "self ");
	else
		BPF_SEQ_PRINTF(text, "other ");
	BPF_SEQ_PRINTF(text, "%d %llu ", group->root->hierarchy_id, group_of(task));
	for (int level = 0; level < MAX_LEVELS; level++) {
		above = group->self.parent;
		if (!above)
			break;
		BPF_SEQ_PRINTF(text, "%s/", group->kn->name);
		group = above->cgroup;
	}
	BPF_SEQ_PRINTF(text, "\n");
	return 0;
}
