using PixieOrleans.Exec;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe;
using PixieOrleans.Scripts.Tests.Library;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>One node of the cluster that the goldens are about, with its tables.</summary>
internal sealed class FixtureNode
{
    private const long BudgetBytes = 256 << 20;

    private readonly Dictionary<string, TableSchema> _schemas;

    private FixtureNode(string name, uint asid)
    {
        Environment = FixtureEnvironment.Of(name, asid);
        _schemas = NodeTables.Schemas
            .Concat(LibraryScript.All.SelectMany(script => TracepointTables.Of(script.Text)))
            .ToDictionary(schema => schema.Name, StringComparer.Ordinal);
        Tables = new TableStore(_schemas.Values, BudgetBytes, shards: 1);
    }

    /// <summary>Both nodes, with their rows.</summary>
    public static IReadOnlyList<FixtureNode> All { get; } = Create();

    /// <summary>What functions see there.</summary>
    public QueryEnvironment Environment { get; }

    public TableStore Tables { get; }

    /// <summary>Takes rows of a table.</summary>
    public RowSet Rows(string table) => new(_schemas[table], Tables.Writer(table, shard: 0));

    private static FixtureNode[] Create()
    {
        FixtureNode[] nodes = [new("node-a", 1), new("node-b", 2)];
        FixtureNode NodeOf(FixturePod pod) => nodes[pod.Asid - 1];

        RecordedRows.Write(NodeOf);
        MuxRows.Write(NodeOf);
        HostRows.Write(NodeOf);
        TracepointRows.Write(NodeOf);
        return nodes;
    }
}
