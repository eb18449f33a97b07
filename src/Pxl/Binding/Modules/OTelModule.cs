using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Exports;
using PixieOrleans.Pxl.Binding.DataFrames;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>px.export and px.otel: rows that go to an OpenTelemetry collector.</summary>
internal static class OTelModule
{
    private const string Name = "px.otel";
    private const string TimeColumn = "time_";
    private const string ServiceName = "service.name";
    private const string OutputName = "_export";
    private const long ServerKind = 2;

    private static readonly FormulaValue Empty = Constants.TextValue("");
    private static readonly DictValue NoItems = new([]);
    private static readonly ImmutableArray<string> SpanKinds =
        ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];

    private static readonly BuiltinFunction Data = new(
        "Data", [new("resource"), new("data"), new("endpoint", NoneValue.Instance)], MakeData);

    private static readonly BuiltinFunction Endpoint = new(
        "Endpoint",
        [new("url"), new("headers", NoItems), new("insecure", Globals.False), new("timeout", Number(5))],
        MakeEndpoint);

    private static readonly BuiltinFunction Gauge = new(
        "Gauge",
        [
            new("name"), new("value"), new("description", Empty), new("attributes", NoItems),
            new("unit", NoneValue.Instance),
        ],
        MakeGauge);

    private static readonly BuiltinFunction Summary = new(
        "Summary",
        [
            new("name"), new("count"), new("sum"), new("quantile_values"), new("description", Empty),
            new("attributes", NoItems), new("unit", NoneValue.Instance),
        ],
        MakeSummary);

    private static readonly BuiltinFunction Span = new(
        "Span",
        [
            new("name"), new("start_time"), new("end_time"), new("trace_id", NoneValue.Instance),
            new("span_id", NoneValue.Instance), new("parent_span_id", NoneValue.Instance),
            new("attributes", NoItems), new("kind", Number(ServerKind)),
        ],
        MakeSpan);

    /// <summary>px.export.</summary>
    public static readonly BuiltinFunction Export = new("export", [new("out"), new("export_spec")], MakeExport);

    /// <summary>px.otel.</summary>
    public static ModuleValue Create()
    {
        var trace = Module("px.otel.trace", Span);
        for (var kind = 0; kind < SpanKinds.Length; kind++)
        {
            trace.Attributes["SPAN_KIND_" + SpanKinds[kind]] = Number(kind);
        }

        var module = Module(Name, Data, Endpoint);
        module.Attributes["metric"] = Module("px.otel.metric", Gauge, Summary);
        module.Attributes["trace"] = trace;
        return module;
    }

    private static ModuleValue Module(string name, params ReadOnlySpan<BuiltinFunction> functions)
    {
        var attributes = new Dictionary<string, PxlValue>(StringComparer.Ordinal);
        foreach (var function in functions)
        {
            attributes[function.Name] = function;
        }

        return new ModuleValue(name, attributes);
    }

    private static NoneValue MakeExport(BuiltinCall call)
    {
        var rows = call.DataFrame(0).Input(call.SpanOf(0));
        if (call[1] is not OpaqueValue { Item: ExportPart<OTelExport> spec })
        {
            throw call.Unexpected(1, "px.otel.Data");
        }

        var columns = spec.Columns.Select(column => column.Name).Distinct(StringComparer.Ordinal).ToImmutableArray();
        var kept = Frames.Keep(call.Session, rows, columns, call.Span);
        var table = call.Session.Graph.AddOutput(call.Span, OutputName, kept);
        call.Session.Exports.Add(new PendingExport(spec.Item with { Table = table }, rows, spec.Columns));
        return NoneValue.Instance;
    }

    private static OpaqueValue MakeData(BuiltinCall call)
    {
        var reader = new ExportReader(call);
        var resource = reader.Attributes(0);
        if (!resource.Any(attribute => attribute.Name == ServiceName))
        {
            throw new CompileException(
                DiagnosticCodes.Argument,
                call.SpanOf(0),
                $"'resource' must have the key '{ServiceName}'.",
                "write {'service.name': df.service}");
        }

        var parts = call[1] is ListValue { Items: { IsEmpty: false } items }
            ? items.Select(item => item is OpaqueValue { Item: ExportPart<OTelData> part }
                ? part
                : throw call.Unexpected(1, "list of metrics and spans")).ToImmutableArray()
            : throw call.Unexpected(1, "list of metrics and spans");
        var endpoint = call[2] switch
        {
            NoneValue => null,
            OpaqueValue { Item: OTelEndpoint given } => given,
            _ => throw call.Unexpected(2, "px.otel.Endpoint"),
        };
        return new OpaqueValue("px.otel.Data", new ExportPart<OTelExport>(
            new OTelExport("", endpoint, resource, [.. parts.Select(part => part.Item)]),
            [.. reader.Columns, .. parts.SelectMany(part => part.Columns)]));
    }

    private static OpaqueValue MakeEndpoint(BuiltinCall call)
    {
        var url = TraceModule.NameOf(call, 0);
        var timeout = call.Integer(3);
        return timeout > 0
            ? new OpaqueValue(
                "px.otel.Endpoint",
                new OTelEndpoint(url, new ExportReader(call).Headers(1), call.Boolean(2), timeout))
            : throw new CompileException(
                DiagnosticCodes.Argument, call.SpanOf(3), "'timeout' is a positive number of seconds.");
    }

    private static OpaqueValue MakeGauge(BuiltinCall call)
    {
        var reader = new ExportReader(call);
        var gauge = new OTelGauge(
            TraceModule.NameOf(call, 0),
            call.Text(2),
            reader.TextOrNone(4),
            reader.Column(1, DataType.Int64, DataType.Float64),
            reader.Attributes(3));
        return Metric(call, gauge, reader);
    }

    private static OpaqueValue MakeSummary(BuiltinCall call)
    {
        var reader = new ExportReader(call);
        var summary = new OTelSummary(
            TraceModule.NameOf(call, 0),
            call.Text(4),
            reader.TextOrNone(6),
            reader.Column(1, DataType.Int64),
            reader.OptionalColumn(2, DataType.Float64),
            reader.Quantiles(3),
            reader.Attributes(5));
        return Metric(call, summary, reader);
    }

    // A metric has the time of its row.
    private static OpaqueValue Metric(BuiltinCall call, OTelData metric, ExportReader reader) => new(
        "metric",
        new ExportPart<OTelData>(
            metric, [.. reader.Columns, new ExportColumn(call.Span, TimeColumn, [DataType.Time64Ns])]));

    private static OpaqueValue MakeSpan(BuiltinCall call)
    {
        var kind = call.Integer(7);
        if (kind < 0 || kind >= SpanKinds.Length)
        {
            throw new CompileException(
                DiagnosticCodes.Argument,
                call.SpanOf(7),
                $"{kind} is no kind of span.",
                "write px.otel.trace.SPAN_KIND_SERVER");
        }

        var reader = new ExportReader(call);
        var span = new OTelSpan(
            reader.TextOrColumn(0, "name"),
            reader.Column(1, DataType.Time64Ns),
            reader.Column(2, DataType.Time64Ns),
            reader.OptionalColumn(3, DataType.String),
            reader.OptionalColumn(4, DataType.String),
            reader.OptionalColumn(5, DataType.String),
            kind,
            reader.Attributes(6));
        return new OpaqueValue("span", new ExportPart<OTelData>(span, reader.Columns));
    }

    private static FormulaValue Number(long value) =>
        new(Constants.OfInteger(new SourceSpan(1, 1), value));
}
