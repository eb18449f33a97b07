using System.Collections.Immutable;
using System.Globalization;
using PixieOrleans.Model;
using PixieOrleans.Plans.Exports;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>Reads the arguments of one function of px.otel, and notes the columns that it names.</summary>
internal sealed class ExportReader(BuiltinCall call)
{
    private static readonly ImmutableArray<DataType> AttributeTypes =
        [DataType.String, DataType.Int64, DataType.Float64, DataType.Boolean];

    private readonly ImmutableArray<ExportColumn>.Builder _columns = ImmutableArray.CreateBuilder<ExportColumn>();

    /// <summary>Columns that were read, with the types that they may have.</summary>
    public ImmutableArray<ExportColumn> Columns => _columns.ToImmutable();

    /// <summary>A column that has to be given.</summary>
    public string Column(int index, params ReadOnlySpan<DataType> types) =>
        Column(call[index], index, types) ?? throw call.Unexpected(index, "Column");

    /// <summary>A column, or null for None.</summary>
    public string? OptionalColumn(int index, params ReadOnlySpan<DataType> types) =>
        call[index] is NoneValue ? null : Column(index, types);

    /// <summary>A text, or a column of texts.</summary>
    public OTelAttribute TextOrColumn(int index, string name) =>
        TextOf(call[index]) is { } text
            ? new OTelAttribute(name, null, text)
            : new OTelAttribute(name, Column(index, DataType.String), "");

    /// <summary>A text, or empty for None.</summary>
    public string TextOrNone(int index) => call[index] is NoneValue ? "" : call.Text(index);

    /// <summary>{name: column or text}.</summary>
    public ImmutableArray<OTelAttribute> Attributes(int index)
    {
        var attributes = ImmutableArray.CreateBuilder<OTelAttribute>();
        foreach (var (key, value) in Items(index))
        {
            var name = TextOf(key) ?? throw Key(index, "String", key);
            attributes.Add(TextOf(value) is { } text
                ? new OTelAttribute(name, null, text)
                : new OTelAttribute(
                    name, Column(value, index, AttributeTypes.AsSpan()) ?? throw Value(index, value), ""));
        }

        return attributes.ToImmutable();
    }

    /// <summary>{quantile: column}.</summary>
    public ImmutableArray<OTelQuantile> Quantiles(int index)
    {
        var quantiles = ImmutableArray.CreateBuilder<OTelQuantile>();
        foreach (var (key, value) in Items(index))
        {
            if (key is not FormulaValue { Formula: ConstantFormula { Value: { Type: DataType.Float64 } constant } })
            {
                throw Key(index, "Float", key);
            }

            var quantile = double.Parse(constant.Text, CultureInfo.InvariantCulture);
            quantiles.Add(quantile is >= 0 and <= 1
                ? new OTelQuantile(quantile, Column(value, index, DataType.Float64) ?? throw Value(index, value))
                : throw new CompileException(
                    DiagnosticCodes.Argument, call.SpanOf(index), $"{constant.Text} is not between 0 and 1."));
        }

        return quantiles.Count > 0 ? quantiles.ToImmutable() : throw call.Unexpected(index, "dict of quantiles");
    }

    /// <summary>{name: text}.</summary>
    public ImmutableArray<OTelHeader> Headers(int index) =>
    [
        .. Items(index).Select(item => new OTelHeader(
            TextOf(item.Key) ?? throw Key(index, "String", item.Key),
            TextOf(item.Value) ?? throw call.Unexpected(index, "dict of texts"))),
    ];

    // One text may be named many times, and what a script asks for travels.
    private string? TextOf(PxlValue value)
    {
        var text = Names.TextOf(value);
        call.Session.CountText(call.Span, text?.Length ?? 0);
        return text;
    }

    private ImmutableArray<(PxlValue Key, PxlValue Value)> Items(int index) =>
        call[index] is DictValue dict ? dict.Items : throw call.Unexpected(index, "dict");

    private string? Column(PxlValue value, int index, params ReadOnlySpan<DataType> types)
    {
        if (value is not FormulaValue { Formula: ColumnFormula column })
        {
            return null;
        }

        _columns.Add(new ExportColumn(call.SpanOf(index), column.Name, [.. types]));
        return column.Name;
    }

    private CompileException Key(int index, string expected, PxlValue key) => new(
        DiagnosticCodes.Argument,
        call.SpanOf(index),
        $"Expected the keys of arg '{call.NameOf(index)}' as type '{expected}', received '{key.TypeName}'");

    private CompileException Value(int index, PxlValue value) => new(
        DiagnosticCodes.Argument,
        call.SpanOf(index),
        $"Expected the values of arg '{call.NameOf(index)}' as type 'Column', received '{value.TypeName}'");
}
