using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Exports;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>A column that an export names, and the types that it may have.</summary>
internal sealed record ExportColumn(SourceSpan Span, string Name, ImmutableArray<DataType> Types)
{
    /// <summary>Refuses a column of another type.</summary>
    public void Check(ImmutableArray<ColumnSchema> columns)
    {
        var column = FormulaResolver.Find(columns, Name, Span);
        if (!Types.Contains(column.Type))
        {
            throw new CompileException(
                DiagnosticCodes.Type,
                Span,
                $"Expected column '{Name}' to be {string.Join(" or ", Types.Select(TypeNames.Of))}, " +
                $"received {TypeNames.Of(column.Type)}");
        }
    }
}

/// <summary>A part of an export and the columns that it names.</summary>
internal sealed record ExportPart<T>(T Item, ImmutableArray<ExportColumn> Columns);

/// <summary>An export whose columns have no types yet.</summary>
internal sealed record PendingExport(OTelExport Export, Operation Rows, ImmutableArray<ExportColumn> Columns);
