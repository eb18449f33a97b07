using PixieOrleans.Pxl.Binding.Values;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>df.groupby(by): the columns that the following agg groups by.</summary>
internal static class GroupByMethod
{
    public const string Name = "groupby";

    public static BuiltinFunction Bind(DataFrameValue frame) => new(
        Name,
        [new("by")],
        call =>
        {
            var rows = frame.Input(call.Span);
            return new DataFrameValue(rows, call.Texts(0));
        });
}
