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
            "Tables known to the metadata service."),
        new(
            "GetSchemas",
            [],
            [
                new("table_name", DataType.String, Description: "Table name."),
                new("column_name", DataType.String, Description: "Column name."),
                new("column_type", DataType.String, Description: "Data type name."),
                new("pattern_type", DataType.String, Description: "Pattern type name."),
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
            "Health of every agent."),
        new(
            "GetProfilerSamplingPeriodMS",
            [],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("profiler_sampling_period_ms", DataType.Int64, Description: "Profiler period."),
            ],
            TableFunctionSite.Merger,
            "Stack sampling period per agent."),
        new(
            "GetLinuxHeadersStatus",
            [new("include_kelvin", DataType.Boolean, "true")],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("kernel_headers_installed", DataType.Boolean, Description: "Kernel headers found."),
            ],
            TableFunctionSite.Merger,
            "Kernel header presence per agent."),
        new(
            "GetUDFList",
            [],
            [
                new("name", DataType.String, Description: "Name."),
                new("return_type", DataType.String, Description: "Result type."),
                new("args", DataType.String, Description: "JSON {args:[types]}."),
            ],
            TableFunctionSite.Merger,
            "Scalar functions; names starting with _ are hidden."),
        new(
            "GetUDAList",
            [],
            [
                new("name", DataType.String, Description: "Name."),
                new("return_type", DataType.String, Description: "Result type."),
                new("args", DataType.String, Description: "JSON {args:[types]}."),
            ],
            TableFunctionSite.Merger,
            "Aggregates; names starting with _ are hidden."),
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
            "Table functions; names starting with _ are hidden."),
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
            "Dynamic tracepoints and their state."),
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
            "Past runs of scheduled scripts."),
        new(
            "Version",
            [],
            [
                new("asid", DataType.Int64, Description: "Agent short id."),
                new("version", DataType.String, Description: "Version text."),
            ],
            TableFunctionSite.Merger,
            "Version of the Kelvin agent."),
    ];
}
