/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* From a descriptor of the current task to the TCP socket behind it. */
#pragma once
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "socket.h"

/* include/uapi/linux/stat.h, include/uapi/linux/in.h, include/linux/socket.h */
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define IPPROTO_TCP 6
#define AF_INET6 10
/* include/linux/sched.h */
#define PF_IO_WORKER 0x10
#define PF_KTHREAD 0x200000

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct inode {
	unsigned short i_mode;
};
struct file___io {
	void *private_data;
	struct inode *f_inode;
};
struct fdtable {
	unsigned int max_fds;
	struct file___io **fd;
};
struct files_struct {
	struct fdtable *fdt;
};
struct task_struct___files {
	struct files_struct *files;
};
struct socket {
	struct file___io *file;
	struct sock *sk;
};
struct sock___protocol {
	unsigned short sk_protocol;
	struct socket *sk_socket;
};
struct task_struct___flags {
	unsigned int flags;
};
#pragma clang attribute pop

/*
 * What is behind a descriptor, if it is a socket: whether it is one says is_tcp_file, or that a map knows the address, in which are only those of TCP that live. The kernel's memory is read by address:
 * a table of pointers cannot be walked otherwise.
 */
static __always_inline __u64 socket_of(struct task_struct *current, __u32 descriptor, struct file___io **file)
{
	struct task_struct___files *task = (void *)current;
	struct files_struct *files = task->files;
	struct fdtable *table;
	struct socket *socket;

	*file = 0;
	if (!files)
		return 0;
	table = files->fdt;
	if (!table || descriptor >= table->max_fds)
		return 0;
	bpf_probe_read_kernel(file, sizeof(*file), (void *)table->fd + descriptor * sizeof(*file));
	if (!*file)
		return 0;
	socket = BPF_CORE_READ(*file, private_data);
	return socket ? (__u64)BPF_CORE_READ(socket, sk) : 0;
}

static __always_inline int is_tcp_file(struct file___io *file, __u64 socket)
{
	__u16 family;

	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK || BPF_CORE_READ((struct sock___protocol *)socket, sk_protocol) != IPPROTO_TCP)
		return 0;
	family = BPF_CORE_READ((struct sock *)socket, __sk_common.skc_family);
	return family == AF_INET || family == AF_INET6;
}

/* Of a socket that the hook was given. */
static __always_inline int is_tcp(struct sock *sock)
{
	__u16 family = sock->__sk_common.skc_family;

	return (family == AF_INET || family == AF_INET6) && ((struct sock___protocol *)sock)->sk_protocol == IPPROTO_TCP;
}

static __always_inline int has_file(struct sock *sock)
{
	struct socket *socket = ((struct sock___protocol *)sock)->sk_socket;

	return socket && socket->file;
}

static __always_inline __u32 task_flags(struct task_struct *task)
{
	return ((struct task_struct___flags *)task)->flags;
}

/* As find_ends, of a socket of which only the address is known. */
static __always_inline void read_ends(struct ends *ends, __u64 address)
{
	struct sock *socket = (void *)address;
	struct tcp_sock *tcp = (void *)address;

	ends->family = BPF_CORE_READ(socket, __sk_common.skc_family);
	ends->pad = 0;
	ends->local_port = __builtin_bswap16(BPF_CORE_READ(tcp, inet_conn.icsk_inet.inet_sport));
	ends->remote_port = __builtin_bswap16(BPF_CORE_READ(socket, __sk_common.skc_dport));
	if (ends->family == AF_INET) {
		ends->local[0] = BPF_CORE_READ(socket, __sk_common.skc_rcv_saddr);
		ends->remote[0] = BPF_CORE_READ(socket, __sk_common.skc_daddr);
		ends->local[1] = ends->local[2] = ends->local[3] = 0;
		ends->remote[1] = ends->remote[2] = ends->remote[3] = 0;
		return;
	}
	BPF_CORE_READ_INTO(&ends->local, socket, __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32);
	BPF_CORE_READ_INTO(&ends->remote, socket, __sk_common.skc_v6_daddr.in6_u.u6_addr32);
}
