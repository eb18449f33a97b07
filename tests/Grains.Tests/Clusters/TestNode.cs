using System.Collections.Immutable;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Nodes;
using PixieOrleans.Model;
using PixieOrleans.Model.Entities;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Grains.Tests.Clusters;

/// <summary>A node with a real table store that the test fills, and a gate before each batch of a scan.</summary>
internal sealed class TestNode : INodeService
{
    private const long BudgetBytes = 64 << 20;

    /// <summary>A table: time_, node, path, latency.</summary>
    public static readonly TableSchema Requests = new(
        "requests",
        "Requests of a test.",
        [
            new ColumnSchema("time_", DataType.Time64Ns, SemanticType.TimeNs),
            new ColumnSchema("node", DataType.String),
            new ColumnSchema("path", DataType.String),
            new ColumnSchema("latency", DataType.Int64, SemanticType.DurationNs),
        ]);

    /// <summary>Another table: time_, upid.</summary>
    public static readonly TableSchema Processes = new(
        "processes",
        "Processes of a test.",
        [
            new ColumnSchema("time_", DataType.Time64Ns, SemanticType.TimeNs),
            new ColumnSchema("upid", DataType.UInt128, SemanticType.Upid),
        ]);

    private readonly TableStore _store = new([Requests, Processes], BudgetBytes, shards: 1);

    public TestNode(string name)
    {
        Name = name;
        Tables = new GatedTables(_store, Gate);
    }

    public string Name { get; }

    public ScanGate Gate { get; } = new();

    public ITableSource Tables { get; }

    public uint Asid { get; private set; }

    public EntityPicture Entities { get; private set; } = EntityPicture.Empty;

    public int Starts { get; private set; }

    public NodeCompleteness Losses { get; set; } = new("", true, null, 7, default, 0, 0);

    /// <summary>Appends rows with latencies 0, 1, 2, … and one time each.</summary>
    public void AddRows(int count, string path = "/", long timeNs = 1_000)
    {
        var writer = _store.Writer(Requests.Name, 0);
        for (var i = 0; i < count; i++)
        {
            writer.WriteInt64(timeNs);
            writer.WriteString(System.Text.Encoding.UTF8.GetBytes(Name));
            writer.WriteString(System.Text.Encoding.UTF8.GetBytes(path));
            writer.WriteInt64(i);
            writer.EndRow();
        }
    }

    /// <summary>Appends a row of a process of this node.</summary>
    public void AddProcess(uint processId, long timeNs = 1_000)
    {
        var writer = _store.Writer(Processes.Name, 0);
        writer.WriteInt64(timeNs);
        writer.WriteUInt128(new Upid(Asid, processId, 0).ToUInt128());
        writer.EndRow();
    }

    /// <summary>Changes who is who on the node.</summary>
    public void SetEntities(EntitySnapshot entities) =>
        Entities = new EntityPicture(entities, Entities.Version + 1);

    public Task StartAsync(uint asid, CancellationToken cancellationToken)
    {
        Asid = asid;
        Starts++;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Asid = 0; // as a new process would have it
        return Task.CompletedTask;
    }

    public NodeStatus GetStatus() => new(
        "", 0, "", NodeState.Ready, "", [], [], [], [new TableStatus("requests", 1, 2, 3, null, null, 0)], [], 0, 0,
        []);

    /// <summary>Tables of the last answer's completeness.</summary>
    public IReadOnlyCollection<string> AskedTables { get; private set; } = [];

    public NodeCompleteness GetCompleteness(IReadOnlyCollection<string> tables, long startNs, long endNs)
    {
        AskedTables = tables;
        return Losses;
    }
}

/// <summary>Lets a test hold up scans and count the batches they read.</summary>
internal sealed class ScanGate
{
    private readonly object _lock = new();
    private bool _open = true;
    private int _permits;
    private int _batches;

    /// <summary>Batches handed to scans.</summary>
    public int Batches => Volatile.Read(ref _batches);

    /// <summary>Scans stop before their next batch.</summary>
    public void Close() => Change(() => _open = false);

    /// <summary>Lets one batch through.</summary>
    public void Release() => Change(() => _permits++);

    /// <summary>Lets everything through.</summary>
    public void Open() => Change(() => _open = true);

    /// <summary>Called by a scan before each batch.</summary>
    public void Pass()
    {
        lock (_lock)
        {
            while (!_open && _permits == 0)
            {
                Monitor.Wait(_lock);
            }

            _permits -= _open ? 0 : 1;
            _batches++;
        }
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            Monitor.PulseAll(_lock);
        }
    }
}

/// <summary>Tables whose snapshots come in small batches, each through the gate.</summary>
internal sealed class GatedTables(ITableSource tables, ScanGate gate) : ITableSource
{
    private const int BatchRows = 16;

    public IReadOnlyCollection<TableSchema> Schemas => tables.Schemas;

    public IReadOnlyList<RowBatch> Snapshot(string table, ImmutableArray<string> columns, long startNs, long endNs)
    {
        var batches = new List<RowBatch>();
        foreach (var batch in tables.Snapshot(table, columns, startNs, endNs))
        {
            for (var start = 0; start < batch.Rows; start += BatchRows)
            {
                batches.Add(batch.Slice(start, Math.Min(BatchRows, batch.Rows - start)));
            }
        }

        return new GatedBatches(batches, gate);
    }

    public ITableCursor Follow(string table, ImmutableArray<string> columns, long startNs, long endNs) =>
        tables.Follow(table, columns, startNs, endNs);

    private sealed class GatedBatches(List<RowBatch> batches, ScanGate gate) : IReadOnlyList<RowBatch>
    {
        public int Count => batches.Count;

        public RowBatch this[int index]
        {
            get
            {
                gate.Pass();
                return batches[index];
            }
        }

        public IEnumerator<RowBatch> GetEnumerator()
        {
            foreach (var batch in batches)
            {
                gate.Pass();
                yield return batch;
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
