/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second opinion on what a kernel can do: each kind of program as a few instructions written by hand, loaded by bpf_prog_load and attached by the bare system calls, then
 * closed. It shares no code and no object file with the agent.
 *
 *   oracle [CAPABILITY-NUMBER,...]     prints `NAME ok|no ERRNO` for each; with an argument it first gives up all other capabilities
 *   oracle ids                         prints the id of each program, map and link that the kernel holds
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define INSN(c, d, s, o, i) ((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define MOV(d, v) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, v)
#define MOVR(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ADD(d, v) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, v)
#define CALL(f) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, f)
#define STORE(o, v) INSN(BPF_ST | BPF_MEM | BPF_DW, 10, 0, o, v)
#define LOAD(d, s, o) INSN(BPF_LDX | BPF_MEM | BPF_DW, d, s, o, 0)
#define MAP(d, fd) INSN(BPF_LD | BPF_DW | BPF_IMM, d, 1, 0, fd), INSN(0, 0, 0, 0, 0)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define CODE(...) (struct bpf_insn[]){ __VA_ARGS__ }, sizeof((struct bpf_insn[]){ __VA_ARGS__ }) / sizeof(struct bpf_insn)

#define KPROBE_MULTI 42
#define TCX_INGRESS 46
#define UPROBE_MULTI 48
#define CGRP_STORAGE 32

static int vmlinux_id(const char *prefix, const char *name, int kind)
{
	static struct btf *btf;
	char full[128];

	if (!btf) btf = btf__load_vmlinux_btf();
	if (!btf) return -errno;
	snprintf(full, sizeof(full), "%s%s", prefix, name);
	return btf__find_by_name_kind(btf, full, kind);
}

static int load(int type, int expected, int btf_id, unsigned flags, const struct bpf_insn *code, size_t count)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = expected, .attach_btf_id = btf_id > 0 ? btf_id : 0, .prog_flags = flags);
	int fd = bpf_prog_load(type, "oracle", "GPL", code, count, &options);

	return fd >= 0 ? fd : -errno;
}

static void say(const char *name, int result)
{
	printf("%s %s %d\n", name, result >= 0 ? "ok" : "no", result >= 0 ? 0 : -result);
	if (result > 2) close(result);
}

/* Keeps the program until its link is made; then both are closed. */
static int with(int program, int link)
{
	int error = link < 0 ? -errno : 0;

	close(program);
	return link < 0 ? error : link;
}

static int raw_tracepoint(const char *name, const struct bpf_insn *code, size_t count)
{
	int program = load(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 0, 0, code, count);

	return program < 0 ? program : with(program, bpf_raw_tracepoint_open(name, program));
}

static int tracing(int type, int expected, const char *prefix, const char *name, int kind, unsigned flags, const struct bpf_insn *code, size_t count)
{
	int id = vmlinux_id(prefix, name, kind);
	int program;

	if (id < 0) return id;
	program = load(type, expected, id, flags, code, count);
	if (program < 0) return program;
	/* Iterators have no other way than a link; the rest is attached in the way that is as old as they are. */
	return with(program, expected == BPF_TRACE_ITER ? bpf_link_create(program, 0, expected, NULL) : bpf_raw_tracepoint_open(NULL, program));
}

static int tp_btf(const char *name, const struct bpf_insn *code, size_t count)
{
	return tracing(BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, "btf_trace_", name, BTF_KIND_TYPEDEF, 0, code, count);
}

static int iterator(const char *name, unsigned flags, const struct bpf_insn *code, size_t count)
{
	int link = tracing(BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, "bpf_iter_", name, BTF_KIND_FUNC, flags, code, count);
	int reader;

	if (link < 0) return link;
	reader = bpf_iter_create(link);
	return with(link, reader);
}

static int function(int expected, const struct bpf_insn *code, size_t count)
{
	return tracing(BPF_PROG_TYPE_TRACING, expected, "", "security_file_open", BTF_KIND_FUNC, 0, code, count);
}

static int read_number(const char *path, const char *format, unsigned long *number)
{
	FILE *file = fopen(path, "r");
	int found;

	if (!file) return -errno;
	found = fscanf(file, format, number);
	fclose(file);
	return found == 1 ? 0 : -EIO;
}

static int perf(int type, struct perf_event_attr *attributes, const struct bpf_insn *code, size_t count)
{
	int program = load(type, 0, 0, 0, code, count);
	int event, link;

	if (program < 0) return program;
	attributes->size = sizeof(*attributes);
	event = syscall(SYS_perf_event_open, attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (event < 0) return with(program, event);
	link = bpf_link_create(program, event, BPF_PERF_EVENT, NULL);
	link = with(program, link);
	close(event);
	return link;
}

static int probe(const char *device, int at_return, unsigned long where, unsigned long offset, const struct bpf_insn *code, size_t count)
{
	struct perf_event_attr attributes = { .config1 = where, .config2 = offset };
	unsigned long type, bit;
	char path[128];
	int error;

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type", device);
	error = read_number(path, "%lu", &type);
	if (error) return error;
	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/format/retprobe", device);
	error = read_number(path, "config:%lu", &bit);
	if (error) return error;
	attributes.type = type;
	attributes.config = at_return ? 1UL << bit : 0;
	return perf(BPF_PROG_TYPE_KPROBE, &attributes, code, count);
}

static int create_link(int program, unsigned target, int type, const void *more, size_t size)
{
	union { char bytes[128]; unsigned words[4]; } attributes = { 0 };
	int link;

	if (program < 0) return program;
	attributes.words[0] = program;
	attributes.words[1] = target;
	attributes.words[2] = type;
	if (size) memcpy(attributes.bytes + 16, more, size);
	link = syscall(SYS_bpf, BPF_LINK_CREATE, &attributes, 16 + size);
	return with(program, link);
}

static int cgroup(int type, int expected, const struct bpf_insn *code, size_t count)
{
	char line[512], path[600] = "";
	FILE *mounts = fopen("/proc/self/mounts", "r");
	char where[256], kind[64];
	int program, folder, link;

	while (mounts && fgets(line, sizeof(line), mounts))
		if (sscanf(line, "%*s %255s %63s", where, kind) == 2 && strcmp(kind, "cgroup2") == 0 && !path[0]) snprintf(path, sizeof(path), "%s", where);
	if (mounts) fclose(mounts);
	if (!path[0]) return -ENOENT;
	program = load(type, expected, 0, 0, code, count);
	if (program < 0) return program;
	folder = open(path, O_RDONLY | O_CLOEXEC);
	link = with(program, bpf_link_create(program, folder, expected, NULL));
	close(folder);
	return link;
}

/* A socket filter on a socket of our own, set off once. */
static int filter(const struct bpf_insn *code, size_t count)
{
	int program = load(BPF_PROG_TYPE_SOCKET_FILTER, 0, 0, 0, code, count);
	int pair[2], error;

	if (program < 0) return program;
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair)) return -errno;
	error = setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_BPF, &program, sizeof(program)) ? -errno : 0;
	if (!error && write(pair[0], "x", 1) < 0) error = -errno;
	close(pair[0]);
	close(pair[1]);
	close(program);
	return error;
}

static int map(int type, int key, int value, int entries, unsigned flags)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = flags);
	int fd = bpf_map_create(type, "oracle", key, value, entries, &options);

	return fd >= 0 ? fd : -errno;
}

/* Storage maps describe their value by BTF: an int. */
static int storage(int type)
{
	struct btf *btf = btf__new_empty();
	int id = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int error = btf__load_into_kernel(btf);
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_NO_PREALLOC, .btf_fd = btf__fd(btf), .btf_key_type_id = id, .btf_value_type_id = id);
	int fd = error ? -1 : bpf_map_create(type, "oracle", 4, 4, 0, &options);

	return fd >= 0 ? fd : -errno;
}

static int batch(void)
{
	int fd = map(BPF_MAP_TYPE_HASH, 4, 8, 8, 0);
	unsigned keys[2] = { 1, 2 }, count = 2;
	unsigned long values[2] = { 1, 2 };
	int error;

	if (fd < 0) return fd;
	error = bpf_map_update_batch(fd, keys, values, &count, NULL) ? -errno : 0;
	close(fd);
	return error;
}

static int ring_in_array(void)
{
	int inner = map(BPF_MAP_TYPE_RINGBUF, 0, 0, 65536, 0), outer;
	LIBBPF_OPTS(bpf_map_create_opts, options, .inner_map_fd = inner);

	if (inner < 0) return inner;
	outer = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "oracle", 4, 4, 1, &options);
	return with(inner, outer);
}

static int of_map(int fd, int (*try)(int))
{
	int result;

	if (fd < 0) return fd;
	result = try(fd);
	close(fd);
	return result;
}

static int try_ring(int fd)
{
	return filter(CODE(STORE(-8, 1), MAP(1, fd), MOVR(2, 10), ADD(2, -8), MOV(3, 8), MOV(4, 0), CALL(BPF_FUNC_ringbuf_output), MOV(0, 0), EXIT));
}

static int try_table(int fd)
{
	return filter(CODE(STORE(-8, 1), STORE(-16, 1), MAP(1, fd), MOVR(2, 10), ADD(2, -8), MOVR(3, 10), ADD(3, -16), MOV(4, 0), CALL(BPF_FUNC_map_update_elem), MOV(0, 0), EXIT));
}

static int try_stack(int fd)
{
	return raw_tracepoint("sys_enter", CODE(MAP(2, fd), MOV(3, BPF_F_REUSE_STACKID), CALL(BPF_FUNC_get_stackid), MOV(0, 0), EXIT));
}

static int try_task(int fd)
{
	return tp_btf("sys_enter", CODE(CALL(BPF_FUNC_get_current_task_btf), MAP(1, fd), MOVR(2, 0), MOV(3, 0), MOV(4, 1), CALL(BPF_FUNC_task_storage_get), MOV(0, 0), EXIT));
}

static int try_sock(int fd)
{
	return tp_btf("inet_sock_set_state", CODE(LOAD(2, 1, 0), MAP(1, fd), MOV(3, 0), MOV(4, 1), CALL(BPF_FUNC_sk_storage_get), MOV(0, 0), EXIT));
}

static int try_cgroup(int fd)
{
	return tp_btf("cgroup_attach_task", CODE(LOAD(2, 1, 0), MAP(1, fd), MOV(3, 0), MOV(4, 1), CALL(210), MOV(0, 0), EXIT));
}

static void confine(const char *list)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	unsigned long keep = 0;
	char *copy = strdup(list);

	for (char *number = strtok(copy, ","); number; number = strtok(NULL, ",")) keep |= 1UL << atoi(number);
	free(copy);
	for (int number = 0; number < 64; number++)
		if (!(keep >> number & 1)) prctl(PR_CAPBSET_DROP, number);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	data[0].permitted = data[0].effective = (unsigned)keep;
	data[1].permitted = data[1].effective = (unsigned)(keep >> 32);
	if (syscall(SYS_capset, &header, data)) {
		perror("capset");
		exit(2);
	}
}

#define NOTHING CODE(MOV(0, 0), EXIT)
#define ONE CODE(MOV(0, 1), EXIT)

static const char *library(unsigned long *offset)
{
	static char path[512];
	unsigned long start, end, at, address = (unsigned long)libbpf_version_string;
	char line[1024];
	FILE *maps = fopen("/proc/self/maps", "r");

	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %*s %lx %*s %*s %511s", &start, &end, &at, path) == 4 && address >= start && address < end) {
			fclose(maps);
			*offset = address - start + at;
			return path;
		}
	return NULL;
}

static int ids(void)
{
	unsigned id;

	for (id = 0; bpf_prog_get_next_id(id, &id) == 0;) printf("program %u\n", id);
	for (id = 0; bpf_map_get_next_id(id, &id) == 0;) printf("map %u\n", id);
	for (id = 0; bpf_link_get_next_id(id, &id) == 0;) printf("link %u\n", id);
	return errno == ENOENT ? 0 : 1;
}

int main(int count, char **arguments)
{
	static const char *tracepoints[] = { "sys_exit", "sched_process_exec", "sched_process_fork", "sched_process_exit", "inet_sock_set_state", "tcp_retransmit_skb",
		"tcp_send_reset", "tcp_receive_reset", "cgroup_mkdir", "cgroup_rmdir", "cgroup_attach_task" };
	struct perf_event_attr clock = { .type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK, .sample_period = 1000000 };
	struct perf_event_attr cycles = { .type = PERF_TYPE_HARDWARE, .config = PERF_COUNT_HW_CPU_CYCLES, .sample_period = 1000000 };
	struct perf_event_attr tracepoint = { .type = PERF_TYPE_TRACEPOINT, .sample_period = 1 };
	unsigned long offset = 0, id;
	const char *file;
	int fd, error;

	if (count > 1 && strcmp(arguments[1], "ids") == 0) return ids();
	if (count > 1) confine(arguments[1]);
	libbpf_set_print(NULL);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	file = library(&offset);
	setvbuf(stdout, NULL, _IOLBF, 0);

	say("ringbuf", of_map(map(BPF_MAP_TYPE_RINGBUF, 0, 0, 65536, 0), try_ring));
	fd = vmlinux_id("", "task_struct", BTF_KIND_STRUCT);
	say("btf", fd < 0 ? fd : filter(NOTHING));
	say("raw_tp", raw_tracepoint("sys_enter", NOTHING));
	say("tp_btf", tp_btf("sys_enter", NOTHING));
	say("iter:task", iterator("task", 0, NOTHING));
	say("iter:tcp", iterator("tcp", 0, NOTHING));
	say("iter:task_file", iterator("task_file", 0, NOTHING));
	say("iter:udp", iterator("udp", 0, NOTHING));
	say("sleepable", iterator("task", BPF_F_SLEEPABLE, NOTHING));
	say("fentry", function(BPF_TRACE_FENTRY, NOTHING));
	say("fexit", function(BPF_TRACE_FEXIT, NOTHING));
	say("fmod_ret", function(BPF_MODIFY_RETURN, NOTHING));
	say("lsm", tracing(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_lsm_", "file_open", BTF_KIND_FUNC, 0, NOTHING));
	say("kprobe", probe("kprobe", 0, (unsigned long)"security_file_open", 0, NOTHING));
	say("kretprobe", probe("kprobe", 1, (unsigned long)"security_file_open", 0, NOTHING));
	const char *name = "security_file_open";
	struct { unsigned flags, count; const char **names; } functions = { 0, 1, &name };
	say("kprobe_multi", create_link(load(BPF_PROG_TYPE_KPROBE, KPROBE_MULTI, 0, 0, NOTHING), 0, KPROBE_MULTI, &functions, sizeof(functions)));
	say("uprobe", probe("uprobe", 0, (unsigned long)file, offset, NOTHING));
	say("uretprobe", probe("uprobe", 1, (unsigned long)file, offset, NOTHING));
	struct { const char *path; unsigned long *offsets, counters, cookies; unsigned count, flags; } places = { file, &offset, 0, 0, 1, 0 };
	say("uprobe_multi", create_link(load(BPF_PROG_TYPE_KPROBE, UPROBE_MULTI, 0, 0, NOTHING), 0, UPROBE_MULTI, &places, sizeof(places)));
	error = read_number("/sys/kernel/tracing/events/raw_syscalls/sys_enter/id", "%lu", &id);
	tracepoint.config = id;
	say("tracepoint", error ? error : perf(BPF_PROG_TYPE_TRACEPOINT, &tracepoint, NOTHING));
	say("perf_event:sw", perf(BPF_PROG_TYPE_PERF_EVENT, &clock, NOTHING));
	say("perf_event:hw", perf(BPF_PROG_TYPE_PERF_EVENT, &cycles, NOTHING));
	say("sock_ops", cgroup(BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS, ONE));
	say("connect4", cgroup(BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, ONE));
	say("cgroup_skb", cgroup(BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, ONE));
	say("tcx", create_link(load(BPF_PROG_TYPE_SCHED_CLS, TCX_INGRESS, 0, 0, CODE(MOV(0, -1), EXIT)), 1, TCX_INGRESS, NULL, 0));
	fd = open("/proc/self/ns/net", O_RDONLY);
	say("sk_lookup", create_link(load(BPF_PROG_TYPE_SK_LOOKUP, BPF_SK_LOOKUP, 0, 0, ONE), fd, BPF_SK_LOOKUP, NULL, 0));
	close(fd);

	say("ringbuf_array", ring_in_array());
	say("lru_hash", of_map(map(BPF_MAP_TYPE_LRU_HASH, 4, 8, 8, 0), try_table));
	say("percpu_hash", of_map(map(BPF_MAP_TYPE_PERCPU_HASH, 4, 8, 8, BPF_F_NO_PREALLOC), try_table));
	say("batch_ops", batch());
	say("stack_trace", of_map(map(BPF_MAP_TYPE_STACK_TRACE, 4, 256, 8, 0), try_stack));
	say("task_storage", of_map(storage(BPF_MAP_TYPE_TASK_STORAGE), try_task));
	say("sk_storage", of_map(storage(BPF_MAP_TYPE_SK_STORAGE), try_sock));
	say("cgrp_storage", of_map(storage(CGRP_STORAGE), try_cgroup));
	say("ktime_boot", filter(CODE(CALL(BPF_FUNC_ktime_get_boot_ns), MOV(0, 0), EXIT)));
	say("get_func_ret", function(BPF_TRACE_FEXIT, CODE(STORE(-8, 0), MOVR(2, 10), ADD(2, -8), CALL(BPF_FUNC_get_func_ret), MOV(0, 0), EXIT)));
	say("current_cgroup_id", tp_btf("sys_enter", CODE(CALL(BPF_FUNC_get_current_cgroup_id), MOV(0, 0), EXIT)));
	say("ancestor_cgroup_id", tp_btf("sys_enter", CODE(MOV(1, 0), CALL(BPF_FUNC_get_current_ancestor_cgroup_id), MOV(0, 0), EXIT)));
	say("probe_read_kernel", raw_tracepoint("sys_enter", CODE(STORE(-8, 0), CALL(BPF_FUNC_get_current_task), MOVR(3, 0), MOVR(1, 10), ADD(1, -8), MOV(2, 8),
		CALL(BPF_FUNC_probe_read_kernel), MOV(0, 0), EXIT)));
	say("probe_read_user", raw_tracepoint("sys_enter", CODE(STORE(-8, 0), MOVR(1, 10), ADD(1, -8), MOV(2, 8), MOV(3, 0), CALL(BPF_FUNC_probe_read_user), MOV(0, 0), EXIT)));
	for (unsigned i = 0; i < sizeof(tracepoints) / sizeof(*tracepoints); i++) {
		char full[64];
		snprintf(full, sizeof(full), "tp_btf:%s", tracepoints[i]);
		say(full, tp_btf(tracepoints[i], NOTHING));
	}
	return 0;
}
