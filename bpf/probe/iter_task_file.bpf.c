/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The open files of all tasks, listed by an iterator. */
#include "probe.h"

SEC("iter/task_file")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
