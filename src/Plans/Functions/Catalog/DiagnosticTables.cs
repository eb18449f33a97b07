using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Plans.Functions.Catalog;

/// <summary>Tables about the agents themselves.</summary>
internal static class DiagnosticTables
{
    /// <summary>The table functions.</summary>
    public static readonly ImmutableArray<TableFunctionSignature> Functions =
    [
        new(
            "_DebugMDState",
            [],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("pod_name", DataType.String, Description: "Agent pod."),
                new("debug_state", DataType.String, Description: "State dump."),
            ],
            TableFunctionSite.EveryNode,
            "How many processes, pods, services and owners the node knows."),
        new(
            "_DebugMDGetWithPrefix",
            [new("prefix", DataType.String, null), new("proto", DataType.String, null)],
            [
                new("key", DataType.String, Description: "Key."),
                new("value", DataType.String, Description: "Decoded value."),
            ],
            TableFunctionSite.Merger,
            "Keys of a metadata store with a prefix; there is no such store, so there are no rows."),
        new(
            "_DebugTableInfo",
            [],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("name", DataType.String, Description: "Table."),
                new("id", DataType.Int64, Description: "Table id."),
                new("batches_added", DataType.Int64, Description: "Batches ever added."),
                new("batches_expired", DataType.Int64, Description: "Batches ever dropped."),
                new("bytes_added", DataType.Int64, Description: "Bytes ever added."),
                new("num_batches", DataType.Int64, Description: "Batches now."),
                new("compacted_batches", DataType.Int64, Description: "Compacted batches ever."),
                new("size", DataType.Int64, Description: "Bytes now."),
                new("cold_size", DataType.Int64, Description: "Bytes in cold store."),
                new("max_table_size", DataType.Int64, Description: "Byte limit."),
                new("min_time", DataType.Time64Ns, Description: "Oldest time, -1 without time_."),
            ],
            TableFunctionSite.EveryNode,
            "Tables of the node: bytes, budget and sealed batches. Counts of batches since the start are not kept"
            + " and are 0."),
        new(
            "_DebugStackTrace",
            [],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("stack_trace", DataType.String, Description: "Stacks of the agent."),
            ],
            TableFunctionSite.EveryNode,
            "Stack of the thread that answers; .NET shows a process no stacks of its other threads."),
        new(
            "_HeapStats",
            [new("asid", DataType.Int64, "-1")],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("heap", DataType.String, Description: "Allocator report."),
            ],
            TableFunctionSite.EveryNode,
            "Figures of the managed heap as text, as its last collection left it."),
        new(
            "_HeapSample",
            [new("asid", DataType.Int64, "-1")],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("heap", DataType.String, Description: "Heap sample."),
            ],
            TableFunctionSite.EveryNode,
            "The same as _HeapStats: .NET keeps no samples of allocations."),
        new(
            "_HeapGrowthStacks",
            [new("asid", DataType.Int64, "-1")],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("heap", DataType.String, Description: "Heap growth stacks."),
            ],
            TableFunctionSite.EveryNode,
            "The same as _HeapStats: .NET keeps no stacks of allocations."),
        new(
            "_HeapRanges",
            [new("asid", DataType.Int64, "-1")],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("address", DataType.Int64, Description: "Start."),
                new("type", DataType.String, Description: "Range kind."),
                new("length", DataType.Int64, Description: "Length."),
                new("inuse_fraction", DataType.Float64, Description: "Share in use."),
            ],
            TableFunctionSite.EveryNode,
            "Generations of the managed heap, with their bytes and how much of them is in use; .NET tells no "
            + "addresses."),
        new(
            "_HeapStatsNumeric",
            [new("asid", DataType.Int64, "-1")],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("current_allocated_bytes", DataType.Int64, Description: "Allocated."),
                new("heap_size_bytes", DataType.Int64, Description: "Heap size."),
                new("central_cache_free_bytes", DataType.Int64, Description: "Free in central cache."),
                new("transfer_cache_free_bytes", DataType.Int64, Description: "Free in transfer cache."),
                new("thread_cache_free_bytes", DataType.Int64, Description: "Free in thread caches."),
                new("pageheap_free_bytes", DataType.Int64, Description: "Free pages."),
                new("pageheap_unmapped_bytes", DataType.Int64, Description: "Unmapped pages."),
            ],
            TableFunctionSite.EveryNode,
            "Counters of the managed heap; page heap is what is fragmented, caches do not exist and are 0."),
        new(
            "_HeapReleaseFreeMemory",
            [new("asid", DataType.Int64, "-1")],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
            ],
            TableFunctionSite.EveryNode,
            "Collects all garbage of the node, compacts its heap and returns memory to the system."),
        new(
            "_DebugAgentProcStatus",
            [],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("vm_peak_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("vm_size_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("vm_lck_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("vm_pin_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("vm_hwm_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("vm_rss_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("rss_anon_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("rss_file_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("rss_shmem_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("vm_data_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("vm_stk_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("vm_exe_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("vm_lib_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("vm_pte_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("vm_swap_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("hugetlb_pages_bytes", DataType.Int64, Description: "From /proc/pid/status."),
                new("voluntary_ctxt_switches", DataType.Int64, Description: "From /proc/pid/status."),
                new("nonvoluntary_ctxt_switches", DataType.Int64, Description: "From /proc/pid/status."),
            ],
            TableFunctionSite.EveryNode,
            "The silo's process as in /proc/self/status; what the kernel does not tell is 0."),
        new(
            "_DebugAgentProcSMaps",
            [],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("address", DataType.String, Description: "Mapping range."),
                new("offset", DataType.String, Description: "File offset."),
                new("pathname", DataType.String, Description: "Backing file."),
                new("size_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("kernel_page_size_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("mmu_page_size_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("rss_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("pss_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("shared_clean_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("shared_dirty_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("private_clean_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("private_dirty_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("referenced_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("anonymous_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("lazy_free_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("anon_huge_pages_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("shmem_pmd_mapped_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("file_pmd_mapped_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("shared_hugetlb_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("private_hugetlb_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("swap_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("swap_pss_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
                new("locked_bytes", DataType.Int64, Description: "From /proc/pid/smaps."),
            ],
            TableFunctionSite.EveryNode,
            "Memory of the silo's process by mapping, as in /proc/self/smaps."),
    ];
}
