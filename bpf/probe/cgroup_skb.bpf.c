/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Packets that leave a control group. 1 lets them pass. */
#include "probe.h"

SEC("cgroup_skb/egress")
int probe(void *ctx)
{
	FIRE();
	return 1;
}
