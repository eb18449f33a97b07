using System.Text.Json;
using PixieOrleans.Plans.Exports;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Tests.Exports;

/// <summary>Scripts that send rows to OpenTelemetry collectors.</summary>
public sealed class OTelExportTests
{
    private const string Start = """
        import px
        df = px.DataFrame('http_events', start_time='-1m')
        df.service = df.ctx['service']
        df.end = df.time_
        df.share = df.latency / 2

        """;

    [Fact]
    public void Compile_Export_NamesItsColumns()
    {
        var result = TestTables.Compile(Start + """
            px.export(df, px.otel.Data(
                endpoint=px.otel.Endpoint('collector:4317', headers={'key': 'secret'}, insecure=True, timeout=9),
                resource={'service.name': df.service, 'kind': 'http'},
                data=[
                    px.otel.metric.Gauge('size', df.resp_body_size, unit='By', attributes={'ok': df.encrypted}),
                    px.otel.metric.Summary('latency', df.resp_status, df.share, {0.5: df.share}),
                    px.otel.trace.Span(df.req_path, df.time_, df.end, kind=px.otel.trace.SPAN_KIND_CLIENT),
                ],
            ))
            """);

        Assert.Empty(result.Diagnostics);
        var export = Assert.Single(result.Exports);
        var table = Assert.Single(result.Plan!.Nodes.OfType<ResultNode>());
        Assert.Equal("_export", table.Name);
        Assert.Equal("_export", export.Table);
        Assert.Equal(
            ["service", "resp_body_size", "encrypted", "time_", "resp_status", "share", "req_path", "end"],
            table.Columns.Select(column => column.Name));
        Assert.Equal("collector:4317", export.Endpoint!.Url);
        Assert.Equal([new OTelHeader("key", "secret")], export.Endpoint.Headers);
        Assert.Equal((true, 9), (export.Endpoint.Insecure, export.Endpoint.TimeoutSeconds));
        Assert.Equal(
            [new OTelAttribute("service.name", "service", ""), new OTelAttribute("kind", null, "http")],
            export.Resource);
        Assert.Equal(3, Assert.IsType<OTelSpan>(export.Data[2]).Kind);
    }

    [Fact]
    public void Compile_Export_TravelsAsJson()
    {
        var result = TestTables.Compile(Start + """
            px.export(df, px.otel.Data({'service.name': 'web'}, [px.otel.metric.Gauge('size', df.latency)]))
            """);

        var decoded = JsonSerializer.Deserialize<OTelExport>(JsonSerializer.Serialize(Assert.Single(result.Exports)))!;

        var gauge = Assert.IsType<OTelGauge>(Assert.Single(decoded.Data));
        Assert.Equal(("size", "latency"), (gauge.Name, gauge.ValueColumn));
    }

    [Theory]
    [InlineData("px.otel.Data({'a': 'b'}, [gauge])", "'resource' must have the key 'service.name'.")]
    [InlineData("px.otel.Data({'service.name': 5}, [gauge])", "Expected the values of arg 'resource' as type 'Column'")]
    [InlineData("px.otel.Data({'service.name': 'a'}, [])", "Expected arg 'data' as type 'list of metrics and spans'")]
    [InlineData("px.otel.Data({'service.name': 'a'}, [5])", "Expected arg 'data' as type 'list of metrics and spans'")]
    [InlineData(
        "px.otel.Data({'service.name': 'a'}, [gauge], 'url')",
        "Expected arg 'endpoint' as type 'px.otel.Endpoint'")]
    [InlineData("px.otel.Endpoint('')", "The argument 'url' must not be empty.")]
    [InlineData("px.otel.Endpoint('a', timeout=0)", "'timeout' is a positive number of seconds.")]
    [InlineData("px.otel.Endpoint('a', insecure='no')", "Expected arg 'insecure' as type 'Bool', received 'String'")]
    [InlineData("px.otel.metric.Gauge('a', 5)", "Expected arg 'value' as type 'Column', received 'Int'")]
    [InlineData("px.otel.metric.Gauge('a', df.latency + 1)", "Expected arg 'value' as type 'Column', received 'Func'")]
    [InlineData(
        "px.otel.metric.Summary('a', df.b, df.c, {})",
        "Expected arg 'quantile_values' as type 'dict of quantiles'")]
    [InlineData("px.otel.metric.Summary('a', df.b, df.c, {1.5: df.d})", "1.5 is not between 0 and 1.")]
    [InlineData("px.otel.metric.Summary('a', df.b, df.c, {'p50': df.d})", "Expected the keys of arg 'quantile_values'")]
    [InlineData("px.otel.trace.Span('a', df.b, df.c, kind=9)", "9 is no kind of span.")]
    [InlineData("px.export(df, 5)", "Expected arg 'export_spec' as type 'px.otel.Data', received 'Int'")]
    public void Compile_BadArguments_AreTold(string line, string message)
    {
        var result = TestTables.Compile(Start + "gauge = px.otel.metric.Gauge('size', df.latency)\n" + line);

        Assert.StartsWith(message, Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
        Assert.Empty(result.Exports);
    }

    [Theory]
    [InlineData(
        "px.otel.metric.Gauge('a', df.req_path)",
        "Expected column 'req_path' to be INT64 or FLOAT64, received STRING")]
    [InlineData("px.otel.metric.Summary('a', df.share, None, {0.5: df.share})", "Expected column 'share' to be INT64")]
    [InlineData("px.otel.trace.Span(df.latency, df.time_, df.end)", "Expected column 'latency' to be STRING")]
    [InlineData("px.otel.trace.Span('a', df.latency, df.end)", "Expected column 'latency' to be TIME64NS")]
    [InlineData("px.otel.trace.Span('a', df.time_, df.edn)", "Column 'edn' not found in parent dataframe")]
    public void Compile_ColumnsOfOtherTypes_AreRefused(string data, string message)
    {
        var result = TestTables.Compile(
            $"{Start}px.export(df, px.otel.Data({{'service.name': df.service}}, [{data}]))");

        Assert.StartsWith(message, Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
        Assert.Null(result.Plan);
    }

    [Fact]
    public void Compile_PluginRun_TellsItsTimes()
    {
        var request = TestTables.Request with { Plugin = new PluginRun(10, 20) };

        var result = PxlCompiler.Compile(
            "import px\npx.display(px.DataFrame('http_events', start_time=px.plugin.start_time, " +
            "end_time=px.plugin.end_time))",
            request);

        var scan = Assert.Single(result.Plan!.Nodes.OfType<TableScanNode>());
        Assert.Equal((10L, 20L), (scan.StartNs, scan.EndNs));
    }

    [Fact]
    public void Compile_VegaDecorator_IsKept()
    {
        var result = TestTables.Compile(
            "import px\n@px.vis.vega('{\"mark\": \"bar\"}')\ndef f():\n" +
            "    return px.DataFrame('http_events')\npx.display(f())");

        Assert.Empty(result.Diagnostics);
        Assert.Equal("{\"mark\": \"bar\"}", result.VegaSpecs["f"]);
    }
}
