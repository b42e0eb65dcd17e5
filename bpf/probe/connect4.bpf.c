/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Calls of connect() in a control group. 1 lets them pass. */
#include "probe.h"

SEC("cgroup/connect4")
int probe(void *ctx)
{
	FIRE();
	return 1;
}
