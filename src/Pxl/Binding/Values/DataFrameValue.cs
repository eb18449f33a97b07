using System.Collections.Immutable;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Values;

/// <summary>A DataFrame: what an operation yields. Immutable; assigning a column makes a new one.</summary>
internal sealed class DataFrameValue(Operation operation) : PxlValue
{
    /// <summary>Columns given to groupby, until agg uses them.</summary>
    public ImmutableArray<string>? GroupBy { get; init; }

    /// <summary>Window given to rolling, until agg uses it.</summary>
    public long? WindowNs { get; init; }

    /// <summary>Whether stream was called: it can only be shown then.</summary>
    public bool IsStream { get; init; }

    public override string TypeName => "DataFrame";

    /// <summary>The operation as the input of an output table.</summary>
    public Operation Output(SourceSpan span)
    {
        if (GroupBy is not null)
        {
            throw Fail(span, "groupby() must be followed by agg().");
        }

        return WindowNs is null ? operation : throw Fail(span, "rolling() must be followed by agg().");
    }

    /// <summary>The operation as an input of anything but agg, groupby and rolling.</summary>
    public Operation Input(SourceSpan span) => IsStream
        ? throw Fail(span, "stream() must be the last operation in front of px.display().")
        : Output(span);

    /// <summary>The operation as an input of agg, groupby and rolling.</summary>
    public Operation GroupInput(SourceSpan span) => IsStream ? Input(span) : operation;

    private static CompileException Fail(SourceSpan span, string message) =>
        new(DiagnosticCodes.Value, span, message);
}
