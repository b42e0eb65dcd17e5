/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The number of a task's control group: the inode of its folder, which user space finds again. */
#pragma once
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "kernel.h"

/* Each hierarchy numbers its folders alone: those of v1 have this bit, so that none is taken for one of v2. */
#define GROUP_V1 (1ULL << 63)

/* The hierarchies of v1 that container runtimes are sure to use, the best first: returns what is asked of `group` when the task is below the root of it. */
#define GROUP_OF_V1(set, controller, asked)                                                                                \
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, controller)) {                                                   \
		struct cgroup_subsys_state **all = (void *)(set)->subsys;                                                          \
		struct cgroup *group = all[bpf_core_enum_value(enum cgroup_subsys_id, controller)]->cgroup;                        \
		if (group->level > 0 && group->root->hierarchy_id != 0)                                                            \
			return asked;                                                                                                  \
	}

/* The unified hierarchy where the task is below its root, else v1. `bpf_get_current_cgroup_id` knows only the former. */
static __always_inline __u64 group_of(struct task_struct *task)
{
	struct css_set *set = task->cgroups;
	struct cgroup *unified = set->dfl_cgrp;

	if (unified->level > 0)
		return unified->kn->id;
	GROUP_OF_V1(set, memory_cgrp_id, group->kn->id | GROUP_V1)
	GROUP_OF_V1(set, pids_cgrp_id, group->kn->id | GROUP_V1)
	GROUP_OF_V1(set, cpuset_cgrp_id, group->kn->id | GROUP_V1)
	return unified->kn->id;
}
