using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Functions;

namespace PixieOrleans.Exec.TableFunctions;

/// <summary>
/// GetUDFList, GetUDAList and GetUDTFList: the functions that scripts can call. Names that start with _ are left out,
/// and so are functions that are known by name only.
/// </summary>
public static class FunctionLists
{
    private static readonly JsonSerializerOptions Text = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // read by people
    };

    /// <summary>Adds one row per overload.</summary>
    /// <param name="kind">Scalar functions or aggregates.</param>
    /// <param name="rows">Takes name, return_type and args.</param>
    public static void AddFunctions(FunctionKind kind, TableRows rows)
    {
        foreach (var function in FunctionCatalog.All.Where(function => function.Kind == kind && function.IsAvailable))
        {
            if (!IsHidden(function.Name))
            {
                var types = function.Arguments.Select(type => (JsonNode)TypeNames.Of(type)).ToArray();
                var arguments = new JsonObject { ["args"] = new JsonArray(types) };
                rows.Add(function.Name, TypeNames.Of(function.Returns), arguments.ToJsonString(Text));
            }
        }
    }

    /// <summary>Adds one row per table function.</summary>
    /// <param name="rows">Takes name, executor, init_args and output_relation.</param>
    public static void AddTableFunctions(TableRows rows)
    {
        foreach (var function in TableFunctionCatalog.All.Where(function => !IsHidden(function.Name)))
        {
            var arguments = function.Arguments.Select(argument => (JsonNode)new JsonObject
            {
                ["name"] = argument.Name,
                ["type"] = TypeNames.Of(argument.Type),
            });
            var columns = function.Columns.Select(column => (JsonNode)new JsonObject
            {
                ["name"] = column.Name,
                ["type"] = TypeNames.Of(column.Type),
                ["ptype"] = PatternNames.Of(column.Pattern),
                ["desc"] = column.Description,
            });
            rows.Add(
                function.Name,
                ExecutorOf(function.Site),
                new JsonObject { ["args"] = new JsonArray([.. arguments]) }.ToJsonString(Text),
                new JsonObject { ["relation"] = new JsonArray([.. columns]) }.ToJsonString(Text));
        }
    }

    private static bool IsHidden(string name) => name.StartsWith('_');

    // As Pixie spells them; Kelvin is what merges.
    private static string ExecutorOf(TableFunctionSite site) =>
        site == TableFunctionSite.Merger ? "UDTF_ONE_KELVIN" : "UDTF_ALL_AGENTS";
}
