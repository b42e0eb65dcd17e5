/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A sample of a clock or of a counter. */
#include "probe.h"

SEC("perf_event")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
