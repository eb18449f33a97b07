using System.Collections.Immutable;
using PixieOrleans.Exec;
using PixieOrleans.Exec.TableFunctions;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Scripts.Tests.Library;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>What table functions tell of the small cluster, to the agent of a number.</summary>
internal sealed class FixtureTableFunctions(uint asid) : ITableFunctionSource
{
    private const long BudgetBytes = 16 << 20;

    private static readonly Dictionary<string, Action<TableRows>> Lists = new(StringComparer.Ordinal)
    {
        ["GetUDFList"] = rows => FunctionLists.AddFunctions(FunctionKind.Scalar, rows),
        ["GetUDAList"] = rows => FunctionLists.AddFunctions(FunctionKind.Aggregate, rows),
        ["GetUDTFList"] = FunctionLists.AddTableFunctions,
    };

    /// <inheritdoc/>
    public IEnumerable<RowBatch> Read(string function, ImmutableArray<ConstantExpression> arguments)
    {
        var columns = TableFunctionCatalog.Find(function)!.Columns;
        if (Lists.TryGetValue(function, out var write))
        {
            var rows = new TableRows(columns);
            write(rows);
            return [rows.ToBatch()];
        }

        var schema = new TableSchema(function, "", columns);
        var store = new TableStore([schema], BudgetBytes, shards: 1);
        Write(function, arguments, new RowSet(schema, store.Writer(function, shard: 0)));
        return store.Snapshot(function, [.. columns.Select(column => column.Name)], long.MinValue, long.MaxValue);
    }

    private void Write(string function, ImmutableArray<ConstantExpression> arguments, RowSet rows)
    {
        switch (function)
        {
            case "GetAgentStatus":
                WriteAgents(rows, withMerger: arguments[0].Text == "true");
                break;
            case "GetTables":
                rows.Add(("table_name", "http_events"), ("table_desc", "HTTP requests."));
                rows.Add(("table_name", "conn_stats"), ("table_desc", "Connections."));
                break;
            case "GetSchemas":
                AddColumn(rows, "time_", "TIME64NS");
                AddColumn(rows, "req_path", "STRING");
                break;
            case "GetTracepointStatus":
                rows.Add(("name", "exec_tracer"), ("state", "running"), ("output_tables", """["exec_table"]"""));
                rows.Add(("name", "tcp_drop_tracer"), ("state", "failed"), ("status", "no kprobes"));
                break;
            case "_HeapGrowthStacks":
                rows.Add(("asid", (long)asid), ("heap", $"heap of {asid}"));
                break;
            default:
                throw new InvalidPlanException($"The table function {function} is not part of the fixture.");
        }
    }

    private static void WriteAgents(RowSet rows, bool withMerger)
    {
        AddAgent(rows, 1, "node-a", hasHeaders: true);
        AddAgent(rows, 2, "node-b", hasHeaders: false);
        if (withMerger)
        {
            AddAgent(rows, 9, "merger", hasHeaders: false);
        }
    }

    private static void AddAgent(RowSet rows, uint asid, string name, bool hasHeaders) => rows.Add(
        ("agent_id", (UInt128)asid),
        ("asid", (long)asid),
        ("hostname", name),
        ("ip_address", $"192.0.2.{asid}:11111"),
        ("agent_state", "AGENT_STATE_HEALTHY"),
        ("create_time", Compilation.NowNs - 1_000_000_000),
        ("last_heartbeat_ns", 1000L),
        ("kernel_headers_installed", hasHeaders));

    private static void AddColumn(RowSet rows, string name, string type) => rows.Add(
        ("table_name", "http_events"),
        ("column_name", name),
        ("column_type", type),
        ("pattern_type", "GENERAL"),
        ("column_desc", "A column."));
}
