/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What was asked of a system call, by the registers that the program set. x86-64 and arm64 keep them otherwise: the loader decides which of both is there. */
#pragma once
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "kernel.h"

/* arch/x86/include/asm/thread_info.h: TS_COMPAT, in thread_info.status. */
#define TS_COMPAT 2

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct thread_info {
	unsigned int status;
};
struct task_struct___info {
	struct thread_info thread_info;
};
struct pt_regs___x86 {
	unsigned long r10;
	unsigned long dx;
	unsigned long si;
	unsigned long di;
	unsigned long orig_ax;
};
struct pt_regs___arm64 {
	unsigned long long regs[31];
	unsigned long long orig_x0;
	int syscallno;
};
#pragma clang attribute pop

/* Whether a 32-bit program made the call: it numbers them otherwise, and its pointers are short. */
static __always_inline int is_compat(struct task_struct *task)
{
	struct task_struct___info *info = (void *)task;

	return bpf_core_field_exists(info->thread_info.status) && info->thread_info.status & TS_COMPAT;
}

static __always_inline __u64 call_number(void *registers)
{
	struct pt_regs___x86 *x86 = registers;
	struct pt_regs___arm64 *arm = registers;

	if (bpf_core_field_exists(x86->orig_ax))
		return x86->orig_ax;
	return arm->syscallno;
}

static __always_inline __u64 first_argument(void *registers)
{
	struct pt_regs___x86 *x86 = registers;
	struct pt_regs___arm64 *arm = registers;

	if (bpf_core_field_exists(x86->di))
		return x86->di;
	/* What the call gives back comes to where the first was. */
	return arm->orig_x0;
}

/* Those from the second on. */
#define CALL_ARGUMENT(registers, name, number)                          \
	({                                                              \
		struct pt_regs___x86 *_x86 = (void *)(registers);       \
		struct pt_regs___arm64 *_arm = (void *)(registers);     \
		__u64 _argument;                                        \
		if (bpf_core_field_exists(_x86->name))                  \
			_argument = _x86->name;                         \
		else                                                    \
			_argument = _arm->regs[number];                 \
		_argument;                                              \
	})
