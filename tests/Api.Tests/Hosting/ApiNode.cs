using System.Text;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Nodes;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Api.Tests.Hosting;

/// <summary>A node without probes: a real table store with one table that has a column of each type.</summary>
internal sealed class ApiNode : INodeService
{
    public static readonly TableSchema Samples = new(
        "samples",
        "One row per sample.",
        [
            new ColumnSchema("time_", DataType.Time64Ns, SemanticType.TimeNs),
            new ColumnSchema("upid", DataType.UInt128, SemanticType.Upid),
            new ColumnSchema("text", DataType.String),
            new ColumnSchema("count", DataType.Int64, SemanticType.Bytes, PatternType.MetricCounter, "A count."),
            new ColumnSchema("share", DataType.Float64, SemanticType.Percent),
            new ColumnSchema("ok", DataType.Boolean),
        ]);

    public static readonly TableSchema Stacks = new(
        "stack_traces.beta",
        "As the profiler's.",
        [
            new ColumnSchema("time_", DataType.Time64Ns, SemanticType.TimeNs),
            new ColumnSchema("upid", DataType.UInt128, SemanticType.Upid),
            new ColumnSchema("stack_trace_id", DataType.Int64),
            new ColumnSchema("stack_trace", DataType.String),
            new ColumnSchema("count", DataType.Int64),
        ]);

    public static readonly TableSchema Waits = new(
        "off_cpu_stacks", "As the profiler's.", [.. Stacks.Columns, new ColumnSchema("off_cpu_us", DataType.Int64)]);

    private readonly TableStore _store = new([Samples, Stacks, Waits], 16 << 20, shards: 1);

    public ITableSource Tables => _store;

    public uint Asid { get; private set; }

    public void AddRow(long timeNs, UInt128 upid, byte[] text, long count, double share, bool ok)
    {
        var writer = _store.Writer(Samples.Name, 0);
        writer.WriteInt64(timeNs);
        writer.WriteUInt128(upid);
        writer.WriteString(text);
        writer.WriteInt64(count);
        writer.WriteFloat64(share);
        writer.WriteBoolean(ok);
        writer.EndRow();
    }

    public void AddStack(long timeNs, string stack, long count) => AddStack(Stacks, timeNs, stack, count).EndRow();

    public void AddWait(long timeNs, string stack, long count, long microseconds)
    {
        var writer = AddStack(Waits, timeNs, stack, count);
        writer.WriteInt64(microseconds);
        writer.EndRow();
    }

    private IRowWriter AddStack(TableSchema table, long timeNs, string stack, long count)
    {
        var writer = _store.Writer(table.Name, 0);
        writer.WriteInt64(timeNs);
        writer.WriteUInt128(new Upid(Asid, 4711, 1).ToUInt128());
        writer.WriteInt64(1);
        writer.WriteString(Encoding.UTF8.GetBytes(stack));
        writer.WriteInt64(count);
        return writer;
    }

    public Task StartAsync(uint asid, CancellationToken cancellationToken)
    {
        Asid = asid;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public NodeStatus GetStatus() => new(
        "",
        0,
        "",
        NodeState.Ready,
        "",
        [new SourceStatus("socket_tracer", "running", null, 10, 5, 1.5, 2)],
        [new HookStatus("write", "tracepoint", true, null)],
        [new LossStatus("ring full", 3, [1, 2])],
        [new TableStatus("samples", 1, 2, 3, 0, null, 4)],
        [new CapabilityStatus("kprobes", "unsupported", "off")],
        6,
        7,
        [
            new TlsStatus(
                8, "nginx", "/lib/libssl.so.3", "OpenSSL 3.0.19", "attached", "nested", 9, 0, 0, 10, "", "proved"),
        ]);

    public NodeCompleteness GetCompleteness(IReadOnlyCollection<string> tables, long startNs, long endNs) =>
        new("", true, null, 9, new LostEvents(0, 1, 0, 2), 0, 0);
}
