using System.Globalization;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Pxl.Binding.Modules;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>
/// df.rolling(window, on='time_'), before agg: windows of time that follow each other. The groups of agg are those of
/// bin(time_, window) and of groupby.
/// </summary>
internal static class RollingMethod
{
    public const string Name = "rolling";

    /// <summary>The only column that windows can be made of.</summary>
    public const string TimeColumn = "time_";

    private const string BinFunction = "bin";

    public static BuiltinFunction Bind(DataFrameValue frame) => new(
        Name,
        [new("window"), new("on", Constants.TextValue(TimeColumn))],
        call => Apply(frame, call));

    /// <summary>The rows with the start of their window in a column.</summary>
    public static Operation AddWindow(Session session, Operation rows, string column, long windowNs, SourceSpan span)
    {
        var bin = session.Call(
            span, BinFunction, [new ColumnFormula(span, TimeColumn), Constants.OfInteger(span, windowNs)]);
        return session.Graph.Add(new AssignOperation(span, rows, column, new CastFormula(span, bin, TypeValue.Time)));
    }

    private static DataFrameValue Apply(DataFrameValue frame, BuiltinCall call)
    {
        if (call.Text(1) is var on && on != TimeColumn)
        {
            throw new CompileException(
                DiagnosticCodes.Argument,
                call.SpanOf(1),
                $"Windowing is only supported on time_ at the moment, not {on}");
        }

        if (frame.WindowNs is not null)
        {
            throw new CompileException(DiagnosticCodes.Value, call.Span, "rolling() can be called once before agg().");
        }

        return new DataFrameValue(frame.GroupInput(call.Span)) { GroupBy = frame.GroupBy, WindowNs = Window(call) };
    }

    private static long Window(BuiltinCall call)
    {
        var ns = call[0] is FormulaValue { Formula: ConstantFormula { Value: var constant } }
            ? Nanoseconds(constant)
            : throw call.Unexpected(0, "Int");
        return ns > 0
            ? ns.Value
            : throw new CompileException(
                DiagnosticCodes.Argument,
                call.SpanOf(0),
                $"'{constant.Text}' is not a window of time.",
                "write '5s' or px.seconds(5)");
    }

    private static long? Nanoseconds(ConstantExpression constant) => constant.Type switch
    {
        DataType.String => TimeText.ParseDuration(constant.Text),
        DataType.Int64 => long.Parse(constant.Text, CultureInfo.InvariantCulture),
        _ => null,
    };
}
