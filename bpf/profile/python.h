/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What the Python interpreter of the running thread runs: addresses of code objects, innermost
 * first. Bit 0 marks the outermost one of each call of the interpreter's loop; there may be no code
 * with the mark. User space tells which processes run Python, and where they keep things.
 * Needs: sample.h; of the program: PXO_PYTHON_PAGES, the pieces of a copy, and python_room(key),
 * which finds PXO_ROOM_BYTES of them. Memory that is not in core is not read.
 */
#ifndef PXO_PYTHON_H
#define PXO_PYTHON_H

#define PXO_PYTHON_OUTERMOST 1
#define PXO_PYTHON_THREADS   64 /* looked at, the newest first; a thread beyond has no frames */
#define PXO_PYTHON_NONE	     0xffffffff
#define PXO_PYTHON_TAGS	     7 /* bits of a pointer to code that tell who owns it, since 3.14 */

/* Where the interpreter of a process keeps things; offsets in bytes. */
struct pxo_python {
	__u64 interpreters;    /* address of the pointer to the first interpreter */
	__u32 threads;	       /* in an interpreter: the first thread */
	__u32 next;	       /* in a thread: the next one */
	__u32 thread_id;       /* in a thread: its pthread_t */
	__u32 frame;	       /* in a thread: the innermost frame, or the call of the loop */
	__u32 frame_in_call;   /* in a call: the innermost frame; NONE: no such calls */
	__u32 code;	       /* in a frame */
	__u32 previous;	       /* in a frame */
	__u32 mark;	       /* in a frame, a byte: tells the outermost frame of a call */
	__u32 outermost;       /* its value then */
	__u32 outermost_codes; /* 1 if that frame runs code, 0 if it only marks */
};
_Static_assert(sizeof(struct pxo_python) == 48, "ABI");

const struct pxo_python *pxo_unused_python __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_HASH); /* not LRU: user space removes what has ended */
	__uint(max_entries, 1024);
	__type(key, __u32); /* tgid */
	__type(value, struct pxo_python);
} pxo_pythons SEC(".maps");

static __always_inline __u64 user_word(__u64 address)
{
	__u64 value = 0;

	bpf_probe_read_user(&value, sizeof(value), (void *)address);
	return value;
}

/* The interpreter's state of the thread; 0 if it does not run Python. */
static __always_inline __u64 python_thread(const struct pxo_python *python, __u64 thread_id)
{
	__u64 thread = user_word(user_word(python->interpreters) + python->threads);

	for (int i = 0; i < PXO_PYTHON_THREADS && thread; i++) {
		if (user_word(thread + python->thread_id) == thread_id)
			return thread;
		thread = user_word(thread + python->next);
	}
	return 0;
}

/*
 * Writes frames behind the `at` bytes of sections that there are; bytes written. A global function:
 * the verifier looks at it by itself, not once more for each path that leads here.
 */
__noinline int pxo_python_frames(__u32 key, __u32 at)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u8 *room = python_room(key);
	__u32 tgid = bpf_get_current_pid_tgid() >> 32, i;
	struct pxo_python *python = bpf_map_lookup_elem(&pxo_pythons, &tgid);
	__u64 frame, word, end;
	__u8 mark;

	if (!python || !room)
		return 0;
	frame = python_thread(python, BPF_CORE_READ(task, thread.fsbase));
	if (frame)
		frame = user_word(frame + python->frame);
	if (frame && python->frame_in_call != PXO_PYTHON_NONE)
		frame = user_word(frame + python->frame_in_call);
	for (i = 0; i < PXO_PYTHON_FRAMES && frame; i++) {
		mark = ~python->outermost;
		bpf_probe_read_user(&mark, sizeof(mark), (void *)(frame + python->mark));
		word = user_word(frame + python->code) & ~PXO_PYTHON_TAGS;
		if (mark == python->outermost)
			word = (python->outermost_codes ? word : 0) | PXO_PYTHON_OUTERMOST;
		end = at + i * sizeof(word);
		PXO_FORGET(end); /* older kernels know bounds only of what stays in a register */
		if (end > PXO_SECTIONS_BYTES(PXO_PYTHON_PAGES) + PXO_PYTHON_BYTES)
			break;
		bpf_probe_read_kernel(room + end, sizeof(word), &word);
		frame = user_word(frame + python->previous);
	}
	return i * sizeof(word);
}

#endif
