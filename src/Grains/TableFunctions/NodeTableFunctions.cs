using System.Collections.Immutable;
using System.Globalization;
using PixieOrleans.Exec;
using PixieOrleans.Exec.TableFunctions;
using PixieOrleans.Model.Entities;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Grains.TableFunctions;

/// <summary>Table functions of a node: its tables, its process, its memory.</summary>
/// <param name="asid">Number of the node.</param>
/// <param name="hostname">Name of its machine or pod.</param>
/// <param name="tables">State of its tables.</param>
/// <param name="entities">Who it knows.</param>
internal sealed class NodeTableFunctions(
    uint asid, string hostname, Func<IReadOnlyList<TableStatistics>> tables, EntitySnapshot entities)
    : ITableFunctionSource
{
    private const long AnyAgent = -1;

    /// <inheritdoc/>
    public IEnumerable<RowBatch> Read(string function, ImmutableArray<ConstantExpression> arguments)
    {
        if (TableFunctionCatalog.Find(function) is not { Site: TableFunctionSite.EveryNode } signature)
        {
            throw new InvalidPlanException($"The table function {function} is not one of a node.");
        }

        var rows = new TableRows(signature.Columns);
        if (IsAsked(signature, arguments))
        {
            Fill(function, rows);
        }

        return [rows.ToBatch()];
    }

    // The only argument there is: the node's number, or -1 for all.
    private bool IsAsked(TableFunctionSignature signature, ImmutableArray<ConstantExpression> arguments)
    {
        var text = arguments.IsEmpty ? signature.Arguments.FirstOrDefault()?.Default : arguments[0].Text;
        if (text is null)
        {
            return true;
        }

        return long.TryParse(text, CultureInfo.InvariantCulture, out var wanted)
            ? wanted == AnyAgent || wanted == asid
            : throw new InvalidPlanException($"'{text}' is not the number of a node.");
    }

    private void Fill(string function, TableRows rows)
    {
        switch (function)
        {
            case "_DebugMDState":
                rows.Add((long)asid, hostname, StateText());
                break;
            case "_DebugTableInfo":
                AddTables(rows);
                break;
            case "_DebugStackTrace":
                rows.Add((long)asid, Environment.StackTrace);
                break;
            case "_DebugAgentProcStatus":
                ProcessTables.AddStatus(asid, File.ReadLines("/proc/self/status"), rows);
                break;
            case "_DebugAgentProcSMaps":
                ProcessTables.AddMaps(asid, File.ReadLines("/proc/self/smaps"), rows);
                break;
            case "_HeapStats" or "_HeapSample" or "_HeapGrowthStacks":
                rows.Add((long)asid, HeapTables.Describe());
                break;
            case "_HeapRanges":
                HeapTables.AddRanges(asid, rows);
                break;
            case "_HeapStatsNumeric":
                HeapTables.AddNumbers(asid, rows);
                break;
            case "_HeapReleaseFreeMemory":
                HeapTables.Release();
                rows.Add((long)asid);
                break;
            default:
                throw new InvalidPlanException($"The table function {function} cannot be computed.");
        }
    }

    private void AddTables(TableRows rows)
    {
        var id = 0L;
        foreach (var table in tables())
        {
            rows.Add(
                (long)asid, table.Name, id++, 0L, 0L, table.Bytes + table.BytesEvicted, (long)table.Batches, 0L,
                table.Bytes, 0L, table.BudgetBytes, table.Rows > 0 ? table.OldestTimeNs : -1);
        }
    }

    private string StateText() => string.Create(
        CultureInfo.InvariantCulture,
        $"processes {entities.Processes.Count()}\ncontainers {entities.Containers.Count()}\n"
        + $"pods {entities.Pods.Count()}\nservices {entities.Services.Count()}\n"
        + $"replica sets {entities.ReplicaSets.Count()}\ndeployments {entities.Deployments.Count()}\n"
        + $"namespaces {entities.Namespaces.Count()}\npod cidrs {string.Join(' ', entities.PodCidrs)}\n"
        + $"service cidr {entities.ServiceCidr}\n");
}
