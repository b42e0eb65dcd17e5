/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Which bucket of powers of two: the first holds what is less than one. */
#pragma once
#include <linux/types.h>

/* Not inlined and not static: the verifier looks at it once, and not at all that follows for each of its ways through. */
__noinline __u32 power(__u64 number)
{
	__u32 bits = 0;

#pragma unroll
	for (int step = 16; step > 0; step /= 2)
		if (number >> step) {
			number >>= step;
			bits += step;
		}
	return bits + (number > 0);
}
