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
            if (frame.GroupBy is not null)
            {
                frame.Input(call.Span); // tells that agg is missing
            }

            return new DataFrameValue(frame.GroupInput(call.Span))
            {
                GroupBy = call.Texts(0),
                WindowNs = frame.WindowNs,
            };
        });
}
