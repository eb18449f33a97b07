using System.Text.Json;
using PixieOrleans.Api.Scripts;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Model.Scripts;

namespace PixieOrleans.Api.Contracts;

/// <summary>Scripts as shapes of the API.</summary>
internal static class ScriptMapping
{
    public static ScriptContract ToContract(this LibraryScript script) => new(
        script.Manifest.Name,
        script.Manifest.Short,
        script.Manifest.Long,
        script.Manifest.IsHidden,
        script.Text,
        [.. (script.Spec?.Variables ?? []).Select(v => new ScriptVariableContract(
            v.Name, v.Type, v.Description, v.IsRequired, v.Default, [.. v.ValidValues]))],
        [.. (script.Spec?.Calls ?? []).Select(call => call.Output)],
        script.VisJson is null ? null : JsonElement.Parse(script.VisJson));

    public static FunctionCall ToCall(this BoundCall call) => new(
        call.Function, [.. call.Arguments.Select(a => new FunctionArgument(a.Key, a.Value))], call.Output);

    public static FunctionCall ToCall(this FunctionBody call) => new(
        call.Name ?? "",
        [.. (call.Args ?? []).Select(a => new FunctionArgument(a.Key, a.Value))],
        call.Output is { Length: > 0 } output ? output : call.Name ?? "");
}
