using System.Collections.Frozen;
using PixieOrleans.Pxl.Binding.Values;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>Attributes of a DataFrame that are not columns.</summary>
internal static class FrameMembers
{
    private const string Context = "ctx";

    private static readonly FrozenDictionary<string, Func<DataFrameValue, BuiltinFunction>> Methods =
        new Dictionary<string, Func<DataFrameValue, BuiltinFunction>>
        {
            [AggregateMethod.Name] = AggregateMethod.Bind,
            [DropMethod.Name] = DropMethod.Bind,
            [GroupByMethod.Name] = GroupByMethod.Bind,
            [HeadMethod.Name] = HeadMethod.Bind,
            [AppendMethod.Name] = AppendMethod.Bind,
            [FilterMethod.Name] = FilterMethod.Bind,
            [FilterMethod.MapName] = FilterMethod.BindMap,
            [MergeMethod.Name] = MergeMethod.Bind,
            [RollingMethod.Name] = RollingMethod.Bind,
            [StreamMethod.Name] = StreamMethod.Bind,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Names that need df['name'] when a column is meant.</summary>
    public static IEnumerable<string> MethodNames => Methods.Keys;

    /// <summary>A method or ctx; null when the name is that of a column.</summary>
    public static PxlValue? Find(DataFrameValue frame, string name)
    {
        if (Methods.TryGetValue(name, out var bind))
        {
            return bind(frame);
        }

        return name == Context ? new ContextValue(frame) : null;
    }
}
