namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>What processes use, their stacks, their Java heaps, and what the agents report of themselves.</summary>
internal static class ProcessRows
{
    private const int Samples = 12;
    private const int Step = 5; // events between two samples: 2 seconds
    private const long MillisecondNs = 1_000_000;

    public static void Write(Func<FixturePod, FixtureNode> nodeOf)
    {
        foreach (var pod in FixturePod.All)
        {
            for (var sample = 0; sample < Samples; sample++)
            {
                AddUse(nodeOf(pod), pod, sample);
            }
        }

        for (var sample = 0; sample < Samples; sample++)
        {
            AddHeap(nodeOf(FixturePod.Broker), FixturePod.Broker, sample);
        }

        AddStack(nodeOf, FixturePod.Cart1, 1, "main;serve;render", 30);
        AddStack(nodeOf, FixturePod.Cart1, 2, "main;serve;[k] sys_write", 10);
        AddStack(nodeOf, FixturePod.Cart2, 1, "main;serve;render", 20);
        AddStack(nodeOf, FixturePod.Cart2, 3, "main;collect garbage", 5);
        AddReports(nodeOf(FixturePod.Front));
    }

    private static void AddUse(FixtureNode node, FixturePod pod, int sample) => node.Rows("process_stats").Add(
        ("time_", Events.Time(sample * Step)),
        ("upid", pod.Upid.ToUInt128()),
        ("major_faults", 0),
        ("minor_faults", sample),
        ("cpu_utime_ns", sample * pod.Tgid * MillisecondNs),
        ("cpu_ktime_ns", sample * 50 * MillisecondNs),
        ("num_threads", 4),
        ("vsize_bytes", 8_000_000L + pod.Tgid),
        ("rss_bytes", 2_000_000L + (sample * 1000)),
        ("rchar_bytes", sample * 4000),
        ("wchar_bytes", sample * 3000),
        ("read_bytes", sample * 400),
        ("write_bytes", sample * 300));

    private static void AddHeap(FixtureNode node, FixturePod pod, int sample) => node.Rows("jvm_stats").Add(
        ("time_", Events.Time(sample * Step)),
        ("upid", pod.Upid.ToUInt128()),
        ("young_gc_time", sample * MillisecondNs),
        ("full_gc_time", sample / 4 * MillisecondNs),
        ("used_heap_size", 1_000_000L + (sample * 10_000)),
        ("total_heap_size", 2_000_000L),
        ("max_heap_size", 4_000_000L));

    private static void AddStack(
        Func<FixturePod, FixtureNode> nodeOf, FixturePod pod, int id, string stack, int count)
    {
        for (var interval = 0; interval < 2; interval++)
        {
            nodeOf(pod).Rows("stack_traces.beta").Add(
                ("time_", Events.Time(interval * 30)),
                ("upid", pod.Upid.ToUInt128()),
                ("stack_trace_id", id),
                ("stack_trace", stack),
                ("count", count));
        }
    }

    private static void AddReports(FixtureNode node)
    {
        node.Rows("stirling_error").Add(
            ("time_", Events.Time(0)),
            ("upid", FixturePod.Front.Upid.ToUInt128()),
            ("source_connector", "socket_tracer"),
            ("context", "Init"));
        node.Rows("probe_status").Add(
            ("time_", Events.Time(1)),
            ("upid", FixturePod.Front.Upid.ToUInt128()),
            ("source_connector", "dynamic"),
            ("tracepoint", "exec_tracer"),
            ("status", 9),
            ("error", "no kprobes"),
            ("info", "{}"));
    }
}
