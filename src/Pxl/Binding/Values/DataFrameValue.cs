using System.Collections.Immutable;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Values;

/// <summary>A DataFrame: what an operation yields. Immutable; assigning a column makes a new one.</summary>
/// <param name="operation">The operation.</param>
/// <param name="groupBy">Columns given to groupby, until agg uses them.</param>
internal sealed class DataFrameValue(Operation operation, ImmutableArray<string>? groupBy = null) : PxlValue
{
    public ImmutableArray<string>? GroupBy { get; } = groupBy;

    public override string TypeName => "DataFrame";

    /// <summary>The operation, whether or not the rows are grouped.</summary>
    public Operation Rows { get; } = operation;

    /// <summary>The operation as an input of anything but agg.</summary>
    public Operation Input(SourceSpan span) => GroupBy is null
        ? Rows
        : throw new CompileException(DiagnosticCodes.Value, span, "groupby() must be followed by agg().");
}
