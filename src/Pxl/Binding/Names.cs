using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Pxl.Binding.Values;

namespace PixieOrleans.Pxl.Binding;

/// <summary>Reads lists and tuples of texts.</summary>
internal static class Names
{
    /// <summary>The texts of a list or tuple; null when it is neither or holds something else.</summary>
    public static ImmutableArray<string>? Of(PxlValue value)
    {
        ImmutableArray<PxlValue>? items = value switch
        {
            ListValue list => list.Items,
            TupleValue tuple => tuple.Items,
            _ => null,
        };
        if (items is null)
        {
            return null;
        }

        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var item in items.Value)
        {
            if (TextOf(item) is not { } name)
            {
                return null;
            }

            names.Add(name);
        }

        return names.ToImmutable();
    }

    /// <summary>The text of a constant, or null.</summary>
    public static string? TextOf(PxlValue value) =>
        value is FormulaValue { Formula: ConstantFormula { Value: { Type: DataType.String } constant } }
            ? constant.Text
            : null;
}
