using System.Collections.Immutable;
using PixieOrleans.Exec;
using PixieOrleans.Exec.TableFunctions;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Tables;

namespace PixieOrleans.Grains.TableFunctions;

/// <summary>Table functions of the merge part, over a picture of the cluster.</summary>
internal sealed class ClusterTableFunctions(ClusterPicture picture) : ITableFunctionSource
{
    /// <inheritdoc/>
    public IEnumerable<RowBatch> Read(string function, ImmutableArray<ConstantExpression> arguments)
    {
        if (TableFunctionCatalog.Find(function) is not { Site: TableFunctionSite.Merger } signature)
        {
            throw new InvalidPlanException($"The table function {function} is not one of the merge part.");
        }

        var rows = new TableRows(signature.Columns);
        Fill(function, rows);
        return [rows.ToBatch()];
    }

    private void Fill(string function, TableRows rows)
    {
        switch (function)
        {
            case "GetTables":
                foreach (var table in picture.Schemas)
                {
                    rows.Add(table.Name, table.Description);
                }

                break;
            case "GetSchemas":
                AddSchemas(rows);
                break;
            case "GetAgentStatus": // every node also merges, so include_kelvin changes nothing
                AddAgents(rows);
                break;
            case "GetLinuxHeadersStatus":
                AddHeaders(rows);
                break;
            case "Version":
                rows.Add((long)picture.Asid, picture.Version);
                break;
            case "GetUDFList":
                FunctionLists.AddFunctions(FunctionKind.Scalar, rows);
                break;
            case "GetUDAList":
                FunctionLists.AddFunctions(FunctionKind.Aggregate, rows);
                break;
            case "GetUDTFList":
                FunctionLists.AddTableFunctions(rows);
                break;
            case "GetTracepointStatus" or "GetCronScriptHistory" or "GetProfilerSamplingPeriodMS"
                or "_DebugMDGetWithPrefix":
                break; // there are no tracepoints, scheduled scripts, profilers or keys to tell about
            default:
                throw new InvalidPlanException($"The table function {function} cannot be computed.");
        }
    }

    private void AddAgents(TableRows rows)
    {
        foreach (var agent in picture.Agents)
        {
            rows.Add(
                agent.Id, (long)agent.Asid, agent.Name, agent.Address, agent.State, agent.CreateTimeNs,
                agent.HeartbeatNs, agent.HasKernelHeaders);
        }
    }

    private void AddHeaders(TableRows rows)
    {
        foreach (var agent in picture.Agents)
        {
            rows.Add((long)agent.Asid, agent.HasKernelHeaders);
        }
    }

    private void AddSchemas(TableRows rows)
    {
        foreach (var table in picture.Schemas)
        {
            foreach (var column in table.Columns)
            {
                rows.Add(
                    table.Name, column.Name, TypeNames.Of(column.Type), PatternNames.Of(column.Pattern),
                    column.Description);
            }
        }
    }
}
