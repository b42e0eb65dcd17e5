/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the verifier says of eBPF objects, by libbpf alone.
 *
 *   verify FILE.o ...     loads each file and prints `FILE/PROGRAM STEPS` for each program, or `FILE refused ERRNO`
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <libgen.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The verifier walks no branch of which it knows that it is never taken: so there is a limit (bpf/include/collector.h), and http_latency has records (bpf/http_latency/account.h). */
static void constants(struct bpf_object *object, const char *section, size_t from_end, const __u64 *numbers, size_t bytes)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, section);
	size_t size = 0;
	char *value = map ? (char *)bpf_map__initial_value(map, &size) : NULL;

	if (value && size >= from_end) memcpy(value + size - from_end, numbers, bytes);
}

static void fill(struct bpf_object *object)
{
	static const __u64 rate[] = { 1000000, 999000000 }, http[] = { 1000000000, 1 };

	constants(object, ".rodata.settings", sizeof(rate), rate, sizeof(rate));
	constants(object, ".rodata.http", sizeof(http), http, sizeof(http));
}

/* What is heard of by tracepoints that this kernel does not have is loaded in another way. */
static void leave_out_unknown(struct bpf_object *object)
{
	static const char prefix[] = "tp_btf/";
	struct bpf_program *program;

	bpf_object__for_each_program(program, object) {
		const char *section = bpf_program__section_name(program);

		if (strncmp(section, prefix, strlen(prefix)) == 0 && libbpf_find_vmlinux_btf_id(section + strlen(prefix), BPF_TRACE_RAW_TP) <= 0) bpf_program__set_autoload(program, false);
	}
}

static int say(const char *file)
{
	struct bpf_object *object = bpf_object__open_file(file, NULL);
	struct bpf_program *program;
	char *path = strdup(file), *name = basename(path);
	int error;

	name[strcspn(name, ".")] = 0;
	if (object) {
		fill(object);
		leave_out_unknown(object);
	}
	error = object ? bpf_object__load(object) : -errno;
	if (error) printf("%s refused %d\n", name, -error);
	else bpf_object__for_each_program(program, object) {
		struct bpf_prog_info info = { 0 };
		__u32 size = sizeof(info);

		if (!bpf_program__autoload(program)) continue;
		error |= bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size);
		printf("%s/%s %u\n", name, info.name, info.verified_insns);
	}
	bpf_object__close(object);
	free(path);
	return error;
}

int main(int count, char **arguments)
{
	int failed = 0;

	libbpf_set_print(NULL);
	for (int i = 1; i < count; i++) failed |= say(arguments[i]);
	return failed != 0;
}
