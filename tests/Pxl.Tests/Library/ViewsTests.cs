using PixieOrleans.Model;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Tests.Library;

/// <summary>The module pxviews compiles against the tables that it reads.</summary>
public sealed class ViewsTests
{
    private static readonly TableSchema[] Tables =
    [
        Table("http_events", "time_ T upid U remote_addr S remote_port I local_addr S trace_role I req_path S " +
            "req_body_size I resp_body_size I resp_status I latency I"),
        Table("process_stats", "time_ T upid U cpu_utime_ns I cpu_ktime_ns I vsize_bytes I rss_bytes I " +
            "rchar_bytes I wchar_bytes I read_bytes I write_bytes I"),
        Table("network_stats", "time_ T pod_id S rx_bytes I rx_errors I rx_drops I tx_bytes I tx_errors I tx_drops I"),
        Table("conn_stats", "time_ T upid U remote_addr S remote_port I trace_role I protocol I ssl B " +
            "bytes_sent I bytes_recv I"),
        Table("stack_traces.beta", "time_ T upid U stack_trace_id I stack_trace S count I"),
    ];

    [Theory]
    [InlineData(
        "inbound_http_summary('-5m', px.now())",
        "time_ pod_id pod service namespace node requestor_ip requestor_pod requestor_service latency_quantiles " +
        "latency_sum num_requests num_errors req_bytes resp_bytes")]
    [InlineData(
        "http_graph('-5m', px.now())",
        "time_ responder_pod requestor_pod responder_namespace requestor_namespace responder_node requestor_node " +
        "responder_ip requestor_ip responder_service requestor_service latency_p50 latency_p90 latency_p99 " +
        "latency_quantiles latency_sum num_requests num_errors req_bytes resp_bytes")]
    [InlineData(
        "container_process_timeseries('-5m', px.now(), px.seconds(10))",
        "time_ pod_id container pod service namespace node cpu_usage actual_disk_read_throughput " +
        "actual_disk_write_throughput total_disk_read_throughput total_disk_write_throughput rss vsize")]
    [InlineData(
        "container_process_summary('-5m', px.now())",
        "time_ pod_id container pod service namespace node cpu_usage actual_disk_read_throughput " +
        "actual_disk_write_throughput total_disk_read_throughput total_disk_write_throughput rss vsize")]
    [InlineData(
        "pod_resource_stats('-5m', px.now())",
        "time_ pod_id pod service node namespace container_count pod_start_time pod_status cpu_usage rss vsize " +
        "actual_disk_read_throughput actual_disk_write_throughput total_disk_read_throughput " +
        "total_disk_write_throughput")]
    [InlineData(
        "pod_network_timeseries('-5m', px.now(), px.DurationNanos(px.seconds(10)))",
        "time_ pod_id pod service namespace node rx_bytes_per_ns tx_bytes_per_ns rx_drops_per_ns tx_drops_per_ns " +
        "rx_errors_per_ns tx_errors_per_ns")]
    [InlineData(
        "pod_network_summary('-5m', px.now())",
        "time_ pod_id pod service namespace node rx_bytes_per_ns tx_bytes_per_ns rx_drops_per_ns tx_drops_per_ns " +
        "rx_errors_per_ns tx_errors_per_ns")]
    [InlineData(
        "inbound_http_throughput_timeseries('-5m', px.now(), px.seconds(10))",
        "time_ pod_id pod service namespace node container num_requests num_errors")]
    [InlineData(
        "inbound_http_latency_timeseries('-5m', px.now(), px.seconds(10))",
        "time_ pod_id pod service namespace node latency_quantiles num_requests num_errors latency_sum req_bytes " +
        "resp_bytes")]
    [InlineData(
        "stacktraces('-5m', px.now())",
        "namespace node service pod container cmdline stack_trace time_ stack_trace_id count node_num_cpus")]
    [InlineData(
        "connection_throughput_stats('-5m', px.now())",
        "time_ remote_addr node pod_id pod namespace service inbound_conn_throughput outbound_conn_throughput")]
    [InlineData(
        "processes('-5m', px.now())",
        "time_ service namespace node upid pod_id pod container_name container_id cmdline pid container_status")]
    [InlineData(
        "_http_events('-5m', px.now(), False, include_ready_checks=True, include_unresolved_inbound=False)",
        "time_ upid remote_addr remote_port local_addr trace_role req_path req_body_size resp_body_size resp_status " +
        "latency failure")]
    public void Compile_View_HasItsColumns(string call, string columns)
    {
        var result = Compile($"import px\nimport pxviews\npx.display(pxviews.{call})");

        Assert.Empty(result.Diagnostics);
        var shown = Assert.Single(result.Plan!.Nodes.OfType<ResultNode>()).Columns;
        Assert.Equal(columns.Split(' '), shown.Select(column => column.Name));
    }

    [Fact]
    public void Compile_View_KeepsMeanings()
    {
        var result = Compile("import px\nimport pxviews\npx.display(pxviews.pod_resource_stats('-5m', px.now()))");

        var shown = Assert.Single(result.Plan!.Nodes.OfType<ResultNode>()).Columns
            .ToDictionary(column => column.Name, column => column.Semantic);
        Assert.Equal(SemanticType.PodName, shown["pod"]);
        Assert.Equal(SemanticType.Percent, shown["cpu_usage"]);
        Assert.Equal(SemanticType.ThroughputBytesPerNs, shown["total_disk_read_throughput"]);
    }

    [Fact]
    public void Compile_ErrorInTheModule_IsToldAtTheCall()
    {
        var result = Compile("import px\nimport pxviews\npx.display(pxviews.http_graph('soon', px.now()))");

        var error = Assert.Single(result.Diagnostics);
        Assert.Equal("Failed to parse time 'soon'.", error.Message);
        Assert.Equal(new SourceSpan(3, 30), error.Span);
        Assert.StartsWith("in module 'pxviews', line ", error.Hint);
    }

    [Fact]
    public void Compile_TableOfTheModuleMissing_IsToldAtTheCall()
    {
        var result = PxlCompiler.Compile(
            "import px\nimport pxviews\npx.display(pxviews.stacktraces('-5m', px.now()))",
            new CompileRequest([], TestTables.NowNs));

        var error = Assert.Single(result.Diagnostics);
        Assert.Equal("Table 'stack_traces.beta' not found.", error.Message);
        Assert.Equal(new SourceSpan(3, 31), error.Span);
    }

    private static CompileResult Compile(string script) =>
        PxlCompiler.Compile(script, new CompileRequest(Tables, TestTables.NowNs));

    private static TableSchema Table(string name, string columns)
    {
        var words = columns.Split(' ');
        return new TableSchema(
            name, "", [.. words.Chunk(2).Select(pair => new ColumnSchema(pair[0], TypeOf(pair[1])))]);
    }

    private static DataType TypeOf(string letter) => letter switch
    {
        "T" => DataType.Time64Ns,
        "U" => DataType.UInt128,
        "S" => DataType.String,
        "B" => DataType.Boolean,
        _ => DataType.Int64,
    };
}
