using System.Globalization;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding;

/// <summary>Reads the text arguments of requested functions, strictly.</summary>
internal static class ArgumentTexts
{
    /// <summary>A constant of the type, or null when the text is none or the type has no text form.</summary>
    public static ConstantFormula? Read(TypeValue type, string text, SourceSpan span)
    {
        var value = type.DataType switch
        {
            DataType.String => IsWellFormed(text) ? text : null,
            DataType.Int64 or DataType.Time64Ns => ReadInteger(text),
            DataType.Float64 => ReadFloat(text),
            DataType.Boolean => text is "true" or "True" ? "true" : text is "false" or "False" ? "false" : null,
            _ => null,
        };
        return value is null
            ? null
            : new ConstantFormula(span, new ConstantExpression(value, type.DataType, type.Semantic));
    }

    /// <summary>Name of a type in messages about arguments.</summary>
    public static string NameOf(DataType type) => type switch
    {
        DataType.Boolean => "bool",
        DataType.Float64 => "float64",
        DataType.UInt128 => "uint128",
        DataType.String => "string",
        _ => "int64",
    };

    // Half of a surrogate pair is nothing that a column can hold.
    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            if (char.IsSurrogate(text[i]) && !char.IsSurrogatePair(text, i))
            {
                return false;
            }
        }

        return true;
    }

    private static string? ReadInteger(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value.ToString(CultureInfo.InvariantCulture)
            : null;

    private static string? ReadFloat(string text)
    {
        const NumberStyles Style =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text, Style, CultureInfo.InvariantCulture, out var value)
            ? value.ToString("R", CultureInfo.InvariantCulture)
            : null;
    }
}
