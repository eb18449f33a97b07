using System.Collections.Immutable;
using static PixieOrleans.Plans.Functions.FunctionFamily;

namespace PixieOrleans.Plans.Functions.Catalog;

/// <summary>Text; positions and lengths are those of UTF-8 bytes.</summary>
internal static class TextFunctions
{
    /// <summary>The functions, by name and overloads.</summary>
    public static readonly ImmutableArray<FunctionFamily> Families =
    [
        Scalar("contains", "SS:B", "Whether the second text is part of the first, byte for byte."),
        Scalar("find", "SS:I", "Byte index of the first occurrence, -1 when absent."),
        Scalar("length", "S:I", "Number of bytes."),
        Scalar("substring", "SII:S", "From a byte position, of a length; empty when the position is outside."),
        Scalar("tolower", "S:S", "ASCII letters in lower case."),
        Scalar("toupper", "S:S", "ASCII letters in upper case."),
        Scalar("trim", "S:S", "Strips ASCII white space at both ends."),
        Scalar("strip_prefix", "SS:S", "Removes the prefix (first argument) when present."),
        Scalar("split", "SS:S", "Splits by a delimiter into a JSON array."),
        Scalar("bytes_to_hex", "S:S", "Bytes to hex text."),
        Scalar("hex_to_ascii", "S:S", "Hex text to bytes, empty when malformed."),
        Scalar("regex_match", "!SS:B",
            "Whether the whole text matches an RE2 pattern; a dot matches newlines too, a bad pattern never."),
        Scalar("replace", "!SSS:S",
            "Every match of an RE2 pattern replaced, with \\1 for groups; a bad pattern gives an error text."),
        Scalar("_match_regex_rule", "!SS:S",
            "Name of the first rule whose pattern matches the whole text; the rules are a JSON object."),
    ];
}
