/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * HTTP/1, and HTTP/2 without encryption, on TCP sockets by what programs send and receive: requests by control group, role, method, status and port, with how long the status line and the last byte took.
 * Summed in the kernel; records are only of those that stand out, or of all where that is asked for.
 *
 * What is sent and received is heard of in one of two ways, of which the loader takes the first that the kernel has (NodeAgent/Collectors/Http/HttpHooks.cs): by the tracepoints of sockets, or by those of
 * all system calls, which each call of each program pays for.
 */
#define RING_BYTES (1 << 20)
#include "conversation.h"

#define TCP_FIN_WAIT1 4
#define TCP_LAST_ACK 9

SEC("tp_btf/inet_sock_set_state")
int changed(__u64 *ctx)
{
	struct sock *sock = (struct sock *)ctx[0];
	__u32 from = ctx[1], to = ctx[2], mark = MARK_FRESH;
	__u64 socket = (__u64)sock;

	if (((struct sock___protocol *)sock)->sk_protocol != IPPROTO_TCP)
		return 0;
	if (to == TCP_ESTABLISHED && (from == TCP_SYN_SENT || from == TCP_SYN_RECV))
		bpf_map_update_elem(&marks, &socket, &mark, BPF_ANY);
	else if (to == TCP_FIN_WAIT1 || to == TCP_LAST_ACK)
		end(socket, ENDING_SENT);
	return 0;
}

/* Its owner has closed it and it has ended: not before, since a reset may come while a call is under way that goes well. */
SEC("tp_btf/tcp_destroy_sock")
int destroyed(__u64 *ctx)
{
	__u64 socket = ctx[0];

	end(socket, ENDING_CLOSED);
	bpf_map_delete_elem(&marks, &socket);
	return 0;
}

/* What a task is sending, where that is known (0 where system calls are heard of), and since when. */
struct sending {
	__u64 socket;
	__u64 begun;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct sending);
} tasks SEC(".maps");

/* Whatever carries nothing that a request is made of. */
#define ASIDE (MSG_OOB | MSG_PEEK | MSG_ERRQUEUE)

/*
 * From Linux 6.16 on. When a call that sends began must be known: what it sent may have been answered by when it is over. It is called for each piece of what is sent; the first is the one.
 * Not all that is sent is told of at its end (the kernel's TLS sends the rest of a record when its socket is closed): what another socket began is no beginning.
 */
SEC("tp_btf/tcp_sendmsg_locked")
int sending(__u64 *ctx)
{
	struct sending *sending = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (sending && sending->socket != ctx[0]) {
		sending->socket = ctx[0];
		sending->begun = bpf_ktime_get_boot_ns();
	}
	return 0;
}

static __always_inline int heard(struct sock *sock, __s32 result, __u64 flags, int is_sent)
{
	struct task_struct *task;
	struct connection *connection;
	struct sending *sending;
	__u64 socket = (__u64)sock, begun = 0, number;
	__u32 mark = 0, *known;
	void *registers;
	__u8 form = 0;

	if (!is_tcp(sock))
		return 0;
	task = bpf_get_current_task_btf();
	if (is_sent) {
		sending = bpf_task_storage_get(&tasks, task, 0, 0);
		if (sending && sending->socket == socket) {
			begun = sending->begun;
			sending->socket = 0;
		}
	}
	if (result < 0 || (result == 0 && is_sent) || flags & ASIDE)
		return 0;
	connection = bpf_map_lookup_elem(&connections, &socket);
	if (!connection) {
		known = bpf_map_lookup_elem(&marks, &socket);
		mark = known ? *known : 0;
		/* A socket that no program has is the kernel's own: what it carries is not in the memory that the call names. */
		if (mark == MARK_OTHER || result == 0 || !has_file(sock))
			return 0;
	} else if (connection->is_over) {
		return 0;
	}
	if (is_compat(task))
		return 0;
	registers = (void *)bpf_task_pt_regs(task);
	if (!registers)
		return 0;
	/* Threads of the kernel and of io_uring made no call. */
	if (!(task_flags(task) & (PF_KTHREAD | PF_IO_WORKER))) {
		number = call_number(registers);
		form = number < CALLS ? http.forms[number] : 0;
	}
	/* One message of several, or a call of another kind: where the bytes are is not known. */
	if (((form & IS_SENT) != 0) != is_sent || (form & FORM) == FORM_MESSAGES)
		form = FORM_FILE;
	return carry(socket, connection, mark, registers, (form & FORM) | (is_sent ? IS_SENT : 0), flags, result, begun, 1);
}

SEC("tp_btf/sock_send_length")
int sent(__u64 *ctx)
{
	return heard((struct sock *)ctx[0], ctx[1], 0, 1);
}

SEC("tp_btf/sock_recv_length")
int received(__u64 *ctx)
{
	return heard((struct sock *)ctx[0], ctx[1], (__u32)ctx[2], 0);
}

/* As `sending`. */
SEC("tp_btf/sys_enter")
int entered(__u64 *ctx)
{
	struct sending *sending;
	__u64 number = ctx[1];

	if (number >= CALLS || !(http.forms[number] & IS_SENT))
		return 0;
	sending = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (sending)
		sending->begun = bpf_ktime_get_boot_ns();
	return 0;
}

SEC("tp_btf/sys_exit")
int left(__u64 *ctx)
{
	void *registers = (void *)ctx[0];
	__s64 result = ctx[1];
	__u64 number = call_number(registers), socket, flags = 0;
	struct sending *sending = 0;
	struct connection *connection;
	struct task_struct *task;
	struct file___io *file;
	__u32 mark = 0;
	__u8 form;

	if (number >= CALLS)
		return 0;
	form = http.forms[number];
	if (!form)
		return 0;
	if (result < 0 || (result == 0 && form & IS_SENT))
		return 0;
	if (form >> FLAGS_SHIFT == 2)
		flags = CALL_ARGUMENT(registers, dx, 2);
	else if (form >> FLAGS_SHIFT == 3)
		flags = CALL_ARGUMENT(registers, r10, 3);
	if (flags & ASIDE)
		return 0;
	task = bpf_get_current_task_btf();
	if ((form & FORM) == FORM_SPLICE) {
		/* Out of a pipe into a socket, or the other way. */
		socket = socket_of(task, CALL_ARGUMENT(registers, dx, 2), &file);
		if (!bpf_map_lookup_elem(&connections, &socket)) {
			form &= ~IS_SENT;
			socket = socket_of(task, first_argument(registers), &file);
		}
	} else {
		socket = socket_of(task, first_argument(registers), &file);
	}
	if (!socket)
		return 0;
	connection = bpf_map_lookup_elem(&connections, &socket);
	if (!connection) {
		__u32 *known = bpf_map_lookup_elem(&marks, &socket);

		mark = known ? *known : 0;
		if (mark == MARK_OTHER || result == 0 || (!mark && !is_tcp_file(file, socket)))
			return 0;
	} else if (connection->is_over) {
		return 0;
	}
	if (is_compat(task))
		return 0;
	if (form & IS_SENT)
		sending = bpf_task_storage_get(&tasks, task, 0, 0);
	return carry(socket, connection, mark, registers, form, flags, result, sending ? sending->begun : 0, 0);
}
