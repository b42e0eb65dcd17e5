/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* All tasks, listed by an iterator. */
#include "probe.h"

SEC("iter/task")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
