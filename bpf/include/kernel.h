/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Kernel types with just the members that are used. The loader finds where they really are (CO-RE), so no vmlinux.h of one kernel is needed. */
#pragma once

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr {
	union {
		unsigned int u6_addr32[4];
	} in6_u;
};

struct sock_common {
	unsigned int skc_daddr;
	unsigned int skc_rcv_saddr;
	unsigned short skc_dport;
	unsigned short skc_num;
	unsigned short skc_family;
	unsigned char skc_state;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	unsigned long skc_flags;
};

struct path {
	void *dentry;
};

struct kernfs_node {
	unsigned long long id;
	const char *name;
};

struct cgroup_root {
	int hierarchy_id;
};

struct cgroup;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
	unsigned int flags;
};

struct cgroup {
	struct cgroup_subsys_state self;
	int level;
	struct kernfs_node *kn;
	struct cgroup_root *root;
};

/* Linux 5.15; a number before that. */
struct sock_cgroup_data {
	struct cgroup *cgroup;
};

struct sock {
	struct sock_common __sk_common;
	int sk_err;
	struct sock_cgroup_data sk_cgrp_data;
};

struct minmax_sample {
	unsigned int v;
};

struct minmax {
	struct minmax_sample s[3];
};

struct inet_sock {
	unsigned short inet_sport;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	unsigned int segs_in;
	unsigned int segs_out;
	unsigned int copied_seq;
	unsigned int srtt_us;
	unsigned int total_retrans;
	unsigned long long bytes_sent;
	unsigned long long bytes_received;
	unsigned long long bytes_retrans;
	struct minmax rtt_min;
};

struct bpf_iter__tcp {
	struct sock_common *sk_common;
};

struct css_set {
	struct cgroup_subsys_state *subsys[1];
	struct cgroup *dfl_cgrp;
};

enum cgroup_subsys_id {
	memory_cgrp_id = 1,
	pids_cgrp_id = 2,
	cpuset_cgrp_id = 3,
};

typedef struct {
	unsigned int val;
} kuid_t;

struct cred {
	kuid_t uid;
};

typedef struct {
	int counter;
} atomic_t;

struct signal_struct {
	atomic_t live;
	int group_exit_code;
	unsigned int flags;
};

struct mm_struct {
	unsigned long arg_start;
	unsigned long arg_end;
};

struct task_struct {
	int pid;
	int tgid;
	int exit_code;
	unsigned long long start_boottime;
	char comm[16];
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct signal_struct *signal;
	struct css_set *cgroups;
	struct mm_struct *mm;
	const struct cred *cred;
};

struct linux_binprm {
	int argc;
	unsigned long exec;
};

struct file {
	struct path f_path;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_iter__task_file {
	struct file *file;
};

#pragma clang attribute pop
