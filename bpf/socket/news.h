/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * News of code that came into use: a process executes a program or maps a library. User space looks
 * whether there is a TLS library in it.
 */
#ifndef PXO_NEWS_H
#define PXO_NEWS_H

/* A file as user space can tell whether it has looked at it before. */
struct pxo_news {
	__u64 start_ticks; /* of the process */
	__u64 inode;
	__u64 bytes;
	__u32 device; /* kernel's number: major << 20 | minor */
	__u32 generation;
	__u32 tgid;
	__u32 pad;
};
_Static_assert(sizeof(struct pxo_news) == 40, "ABI");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct pxo_ring);
} pxo_news_ring SEC(".maps");

/* Keeps the shared struct in BTF. */
const struct pxo_news *pxo_unused_news __attribute__((unused));

static __always_inline void tell_code(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	__u32 zero = 0;
	void *ring = bpf_map_lookup_elem(&pxo_news_ring, &zero);
	struct pxo_news *news;

	if (!inode || !ring)
		return;
	news = bpf_ringbuf_reserve(ring, sizeof(*news), 0);
	if (!news) {
		count(PXO_LOST_NEWS, 1);
		return;
	}
	news->start_ticks = start_ticks();
	news->inode = BPF_CORE_READ(inode, i_ino);
	news->bytes = BPF_CORE_READ(inode, i_size);
	news->device = BPF_CORE_READ(inode, i_sb, s_dev);
	news->generation = BPF_CORE_READ(inode, i_generation);
	news->tgid = current_tgid();
	news->pad = 0;
	bpf_ringbuf_submit(news, BPF_RB_NO_WAKEUP);
}

/* Did mmap(…, protection, flags, …) map code of a file? */
static __always_inline int is_code(__u64 protection, __u64 flags)
{
	return (protection & PROT_EXEC) && !(flags & MAP_ANONYMOUS);
}

static __always_inline void tell_mapped(__u32 fd)
{
	tell_code(file_of(fd));
}

static __always_inline void tell_exec(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	if (in_scope(current_tgid()))
		tell_code(BPF_CORE_READ(task, mm, exe_file));
}

#endif
