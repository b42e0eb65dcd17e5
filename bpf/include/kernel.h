/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Kernel types with just the members that are used. The loader finds where they really are (CO-RE), so no vmlinux.h of one kernel is needed. */
#pragma once

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct cgroup;
struct sock;
struct path {
	void *dentry;
};

struct task_struct {
	int pid;
};

struct file {
	struct path f_path;
};

struct bpf_iter__task {
	struct task_struct *task;
};

struct bpf_iter__task_file {
	struct file *file;
};

#pragma clang attribute pop
