using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PixieOrleans.Plans.Exports;

/// <summary>Rows of a script that go to an OpenTelemetry collector.</summary>
/// <param name="Table">The result table of the plan whose rows they are; it is not part of the answer.</param>
/// <param name="Endpoint">Where to; null for the one of the installation.</param>
/// <param name="Resource">What the rows are of; "service.name" is among them.</param>
/// <param name="Data">What is made of every row.</param>
public sealed record OTelExport(
    string Table, OTelEndpoint? Endpoint, ImmutableArray<OTelAttribute> Resource, ImmutableArray<OTelData> Data);

/// <summary>A collector.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Headers">Sent with every request.</param>
/// <param name="Insecure">Whether to do without TLS.</param>
/// <param name="TimeoutSeconds">How long a request may take.</param>
public sealed record OTelEndpoint(
    string Url, ImmutableArray<OTelHeader> Headers, bool Insecure, long TimeoutSeconds);

/// <summary>A header of a request.</summary>
public sealed record OTelHeader(string Name, string Value);

/// <summary>An attribute: the value of a column, or a text.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Column">The column, or null.</param>
/// <param name="Text">The text if there is no column.</param>
public sealed record OTelAttribute(string Name, string? Column, string Text);

/// <summary>What is made of a row.</summary>
/// <param name="Attributes">Its attributes.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(OTelGauge), "gauge")]
[JsonDerivedType(typeof(OTelSummary), "summary")]
[JsonDerivedType(typeof(OTelSpan), "span")]
public abstract record OTelData(ImmutableArray<OTelAttribute> Attributes);

/// <summary>A number at the time of the row.</summary>
/// <param name="Name">Name of the metric.</param>
/// <param name="Description">For people.</param>
/// <param name="Unit">Unit of the value, or empty.</param>
/// <param name="ValueColumn">Column of type Int64 or Float64.</param>
/// <param name="Attributes">Its attributes.</param>
public sealed record OTelGauge(
    string Name, string Description, string Unit, string ValueColumn, ImmutableArray<OTelAttribute> Attributes)
    : OTelData(Attributes);

/// <summary>A distribution at the time of the row.</summary>
/// <param name="Name">Name of the metric.</param>
/// <param name="Description">For people.</param>
/// <param name="Unit">Unit of the values, or empty.</param>
/// <param name="CountColumn">Column of type Int64: number of values.</param>
/// <param name="SumColumn">Column of type Float64: sum of the values, or null.</param>
/// <param name="Quantiles">Columns of type Float64.</param>
/// <param name="Attributes">Its attributes.</param>
public sealed record OTelSummary(
    string Name,
    string Description,
    string Unit,
    string CountColumn,
    string? SumColumn,
    ImmutableArray<OTelQuantile> Quantiles,
    ImmutableArray<OTelAttribute> Attributes) : OTelData(Attributes);

/// <summary>A quantile, between 0 and 1, and the column that holds it.</summary>
public sealed record OTelQuantile(double Quantile, string Column);

/// <summary>A span of a trace.</summary>
/// <param name="Name">Its name; the attribute's own name is "name".</param>
/// <param name="StartColumn">Column of type Time64Ns.</param>
/// <param name="EndColumn">Column of type Time64Ns.</param>
/// <param name="TraceIdColumn">Column of hexadecimal text, or null to make one.</param>
/// <param name="SpanIdColumn">Column of hexadecimal text, or null to make one.</param>
/// <param name="ParentSpanIdColumn">Column of hexadecimal text, or null.</param>
/// <param name="Kind">Number of the kind of span in the protocol: 0 unspecified, 1 internal, 2 server, 3 client,
/// 4 producer, 5 consumer.</param>
/// <param name="Attributes">Its attributes.</param>
public sealed record OTelSpan(
    OTelAttribute Name,
    string StartColumn,
    string EndColumn,
    string? TraceIdColumn,
    string? SpanIdColumn,
    string? ParentSpanIdColumn,
    long Kind,
    ImmutableArray<OTelAttribute> Attributes) : OTelData(Attributes);
