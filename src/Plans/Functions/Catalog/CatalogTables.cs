using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Plans.Functions.Catalog;

/// <summary>Tables about the cluster: agents, schemas, functions, scripts.</summary>
internal static class CatalogTables
{
    /// <summary>The table functions.</summary>
    public static readonly ImmutableArray<TableFunctionSignature> Functions =
    [
        new(
            "GetTables",
            [],
            [
                new("table_name", DataType.String, Description: "Table name."),
                new("table_desc", DataType.String, Description: "Table description."),
            ],
            TableFunctionSite.Merger,
            "Tables of all nodes."),
        new(
            "GetSchemas",
            [],
            [
                new("table_name", DataType.String, Description: "Table name."),
                new("column_name", DataType.String, Description: "Column name."),
                new("column_type", DataType.String, Description: "Data type, such as INT64."),
                new("pattern_type", DataType.String, Description: "Behaviour over time, such as METRIC_COUNTER."),
                new("column_desc", DataType.String, Description: "Column description."),
            ],
            TableFunctionSite.Merger,
            "One row per column of every table."),
        new(
            "GetAgentStatus",
            [new("include_kelvin", DataType.Boolean, "true")],
            [
                new("agent_id", DataType.UInt128, Description: "Agent UUID."),
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("hostname", DataType.String, Description: "Host name."),
                new("ip_address", DataType.String, Description: "Agent address."),
                new("agent_state", DataType.String,
                    Description: "AGENT_STATE_HEALTHY, _UNRESPONSIVE, _DISCONNECTED or _UNKNOWN."),
                new("create_time", DataType.Time64Ns, Description: "Registration time."),
                new("last_heartbeat_ns", DataType.Int64, Description: "Nanoseconds since the last heartbeat."),
                new("kernel_headers_installed", DataType.Boolean, Description: "Kernel headers found on the host."),
            ],
            TableFunctionSite.Merger,
            "State of every node, also of those which went away lately. Nodes that run are asked, for 2 s at "
            + "most. Every node also merges, so include_kelvin changes nothing."),
        new(
            "GetProfilerSamplingPeriodMS",
            [],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("profiler_sampling_period_ms", DataType.Int64, Description: "Profiler period."),
            ],
            TableFunctionSite.Merger,
            "Sampling period of every node that samples stacks; at present no node does."),
        new(
            "GetLinuxHeadersStatus",
            [new("include_kelvin", DataType.Boolean, "true")],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("kernel_headers_installed", DataType.Boolean, Description: "Kernel headers found."),
            ],
            TableFunctionSite.Merger,
            "Whether nodes have the headers of their kernel; the probes do not need them."),
        new(
            "GetUDFList",
            [],
            [
                new("name", DataType.String, Description: "Name."),
                new("return_type", DataType.String, Description: "Result type."),
                new("args", DataType.String, Description: "JSON {args:[types]}."),
            ],
            TableFunctionSite.Merger,
            "Overloads of the scalar functions; names that start with _ are left out."),
        new(
            "GetUDAList",
            [],
            [
                new("name", DataType.String, Description: "Name."),
                new("return_type", DataType.String, Description: "Result type."),
                new("args", DataType.String, Description: "JSON {args:[types]}."),
            ],
            TableFunctionSite.Merger,
            "Overloads of the aggregates; names that start with _ are left out."),
        new(
            "GetUDTFList",
            [],
            [
                new("name", DataType.String, Description: "Name."),
                new("executor", DataType.String, Description: "Where it runs."),
                new("init_args", DataType.String, Description: "JSON argument list."),
                new("output_relation", DataType.String, Description: "JSON column list."),
            ],
            TableFunctionSite.Merger,
            "Table functions; names that start with _ are left out."),
        new(
            "GetTracepointStatus",
            [],
            [
                new("tracepoint_id", DataType.UInt128, Description: "Tracepoint UUID."),
                new("name", DataType.String, Description: "Name."),
                new("state", DataType.String,
                    Description: "pending, running, failed, terminating, terminated or unknown."),
                new("status", DataType.String, Description: "JSON array of messages."),
                new("output_tables", DataType.String, Description: "JSON array of table names."),
            ],
            TableFunctionSite.Merger,
            "Dynamic tracepoints and their state; there are none yet."),
        new(
            "GetCronScriptHistory",
            [],
            [
                new("script_id", DataType.String, Description: "Script UUID."),
                new("timestamp", DataType.Time64Ns, Description: "Run time."),
                new("error_message", DataType.String, Description: "Error, empty when fine."),
                new("execution_time_ns", DataType.Int64, Description: "Run duration."),
                new("compilation_time_ns", DataType.Int64, Description: "Compile duration."),
                new("bytes_processed", DataType.Int64, Description: "Bytes read."),
                new("records_processed", DataType.Int64, Description: "Rows read."),
            ],
            TableFunctionSite.Merger,
            "Past runs of scheduled scripts; none are scheduled yet."),
        new(
            "Version",
            [],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("version", DataType.String, Description: "Version text."),
            ],
            TableFunctionSite.Merger,
            "Version of the program that merges the answer."),
    ];
}
