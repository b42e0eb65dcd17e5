/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What every program of the probe begins with: the smallest that still shows that the kernel has called it. */
#pragma once
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Many helpers are only for programs under a licence of this name. */
char LICENSE[] SEC("license") = "GPL";

/* Grows when the program is called; the agent reads the first eight bytes of .bss after it has set off the program. */
__u64 fired;

#define FIRE() ((void)__sync_fetch_and_add(&fired, 1))
