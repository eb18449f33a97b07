using System.Collections.Immutable;
using PixieOrleans.Model;
using static PixieOrleans.Plans.Functions.Catalog.Rules;
using static PixieOrleans.Plans.Functions.FunctionFamily;

namespace PixieOrleans.Plans.Functions.Catalog;

/// <summary>JSON.</summary>
internal static class JsonFunctions
{
    /// <summary>The functions, by name and overloads.</summary>
    public static readonly ImmutableArray<FunctionFamily> Families =
    [
        Scalar("pluck", "SS:S", "Value of a key in a JSON object as text, empty when absent."),
        Scalar("pluck_int64", "SS:I", "Integer value of a key, 0 when absent or not an integer."),
        Scalar("pluck_float64", "SS:F", "Float value of a key, 0.0 when absent or when the JSON number is an integer."),
        Scalar("pluck_array", "SI:S", "i-th item of a JSON array as text, empty when out of range."),
        Scalar("_script_reference", "SS:S SSSS:S SSSSSS:S SSSSSSSS:S SSSSSSSSSS:S SSSSSSSSSSSS:S "
            + "SSSSSSSSSSSSSS:S SSSSSSSSSSSSSSSS:S SSSSSSSSSSSSSSSSSS:S",
            "JSON object of label, script and args: a link to another script.", Always(SemanticType.ScriptReference)),
    ];
}
