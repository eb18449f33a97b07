using System.Collections.Immutable;
using PixieOrleans.Pxl.Binding.Modules;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>What makes DataFrames without being a method: px.DataFrame, assignments and subscripts.</summary>
internal static class Frames
{
    /// <summary>px.DataFrame(table, select, start_time, end_time).</summary>
    public static DataFrameValue Create(BuiltinCall call)
    {
        var select = call.Texts(1);
        CheckNoDuplicates(select, call.SpanOf(1));
        var scan = new ScanOperation(
            call.SpanOf(0), call.Text(0), select, TimeFunctions.PointOf(call, 2), TimeFunctions.PointOf(call, 3));
        return new DataFrameValue(call.Session.Graph.Add(scan));
    }

    /// <summary>df.column = value: the column goes last.</summary>
    public static DataFrameValue Assign(
        Session session, DataFrameValue frame, string column, Formula value, SourceSpan span) =>
        new(session.Graph.Add(new AssignOperation(span, frame.Input(span), column, value)));

    /// <summary>df[columns], in the order written.</summary>
    public static Operation Keep(
        Session session, Operation rows, ImmutableArray<string> columns, SourceSpan span)
    {
        CheckNoDuplicates(columns, span);
        return session.Graph.Add(new KeepOperation(span, rows, columns));
    }

    /// <summary>df[index]: a column, some columns, or the rows for which an expression is true.</summary>
    public static PxlValue Subscript(
        Session session, DataFrameValue frame, PxlValue index, SourceSpan span, SourceSpan indexSpan)
    {
        if (Names.TextOf(index) is { } column)
        {
            return new FormulaValue(new ColumnFormula(indexSpan, column));
        }

        if (Names.Of(index) is { } columns)
        {
            return columns.IsEmpty
                ? throw new CompileException(DiagnosticCodes.Value, span, "No columns to keep.")
                : new DataFrameValue(Keep(session, frame.Input(span), columns, span));
        }

        return index is FormulaValue predicate
            ? new DataFrameValue(session.Graph.Add(
                new FilterOperation(indexSpan, frame.Input(span), predicate.Formula)))
            : throw new CompileException(
                DiagnosticCodes.Value, span, $"'DataFrame' object is not subscriptable by a '{index.TypeName}'");
    }

    private static void CheckNoDuplicates(ImmutableArray<string> columns, SourceSpan span)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            if (!seen.Add(column))
            {
                throw new CompileException(
                    DiagnosticCodes.Column, span, $"Column '{column}' is named twice.");
            }
        }
    }
}
