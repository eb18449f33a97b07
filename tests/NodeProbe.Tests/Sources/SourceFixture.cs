using System.Runtime.CompilerServices;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.NodeProbe.Sources;
using PixieOrleans.Tables.Store;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Sources;

/// <summary>What a source works with: tables, a clock, and this machine's processes by name.</summary>
internal sealed class SourceFixture : IDisposable
{
    public const uint Asid = 9;
    public const string NodeName = "node-a";

    public SourceFixture(Action<NodeProbeOptions>? change = null)
    {
        change?.Invoke(Options);
        Entities = new EntityScanner(
            new HostEntitiesSettings
            {
                Asid = Asid,
                NodeName = NodeName,
                HostName = "host-a",
                MaxEnded = 1024,
                MaxBytes = 8 << 20,
            },
            new ProcReader(),
            new SeenProcesses(),
            Clock,
            scanSeconds: 1);
        Context = new SourceContext(Asid, NodeName, Options, Store, 0, Clock, Entities);
    }

    public NodeProbeOptions Options { get; } = new();

    public BootClock Clock { get; } = new();

    public TableStore Store { get; } = new(NodeTables.Schemas, 256 << 20, 1);

    public EntityScanner Entities { get; }

    public SourceContext Context { get; }

    public static Task Until(
        Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => Poll.UntilAsync(
        () => Task.FromResult(condition()),
        TimeSpan.FromSeconds(30),
        () => what,
        TestContext.Current.CancellationToken);

    /// <summary>All rows of a table, column by column.</summary>
    public List<string> Read(string table, params string[] columns) => TableText.Read(Store, table, columns);

    /// <summary>The rows of one process, oldest first, as numbers; the columns are integers.</summary>
    public List<long[]> ReadOf(string table, int processId, params string[] columns) =>
    [
        .. Read(table, ["upid", .. columns])
            .Select(line => line.Split(' '))
            .Where(cells => cells[0].Split(':')[1] == $"{processId}")
            .Select(cells => cells[1..].Select(long.Parse).ToArray()),
    ];

    public void Dispose() => Context.Dispose();
}
