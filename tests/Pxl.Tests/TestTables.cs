using PixieOrleans.Model;

namespace PixieOrleans.Pxl.Tests;

/// <summary>Tables that the scripts of these tests read.</summary>
internal static class TestTables
{
    /// <summary>2023-11-14 22:13:20 UTC.</summary>
    public const long NowNs = 1_700_000_000_000_000_000;

    public static readonly TableSchema[] All =
    [
        new(
            "http_events",
            "",
            [
                new("time_", DataType.Time64Ns, SemanticType.TimeNs),
                new("upid", DataType.UInt128, SemanticType.Upid),
                new("remote_addr", DataType.String, SemanticType.IpAddress),
                new("remote_port", DataType.Int64, SemanticType.Port),
                new("encrypted", DataType.Boolean),
                new("req_path", DataType.String),
                new("req_body", DataType.String),
                new("resp_status", DataType.Int64, SemanticType.HttpRespStatus),
                new("resp_body_size", DataType.Int64, SemanticType.Bytes),
                new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge, "Time taken."),
            ]),
        new(
            "process_stats",
            "",
            [
                new("time_", DataType.Time64Ns, SemanticType.TimeNs),
                new("upid", DataType.UInt128, SemanticType.Upid),
                new("rss_bytes", DataType.Int64, SemanticType.Bytes),
                new("share", DataType.Float64, SemanticType.Percent),
            ]),
    ];

    public static CompileRequest Request { get; } = new(All, NowNs);

    public static CompileResult Compile(string script) => PxlCompiler.Compile(script, Request);
}
