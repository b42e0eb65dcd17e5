/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attaches the programs of an object, until it is told to end.
 *
 *   floor FILE.o
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	struct bpf_object *object = count == 2 ? bpf_object__open_file(arguments[1], NULL) : NULL;
	struct bpf_program *program;

	if (!object || bpf_object__load(object)) return 1;
	bpf_object__for_each_program(program, object) {
		if (!bpf_program__attach(program)) {
			fprintf(stderr, "%s is not attached\n", bpf_program__name(program));
			return 1;
		}
	}
	return pause();
}
