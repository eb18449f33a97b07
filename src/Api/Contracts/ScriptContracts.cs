using System.Text.Json;

namespace PixieOrleans.Api.Contracts;

/// <summary>Answer of GET /api/v1/scripts.</summary>
/// <param name="Scripts">The scripts that can be run by name, by name.</param>
public sealed record ScriptsContract(ScriptSummaryContract[] Scripts);

/// <summary>One script of the library.</summary>
/// <param name="Name">Its name, such as "px/http_data".</param>
/// <param name="Short">What it shows, in a few words.</param>
/// <param name="Long">The same in sentences.</param>
/// <param name="Hidden">True when lists for people leave it out.</param>
public sealed record ScriptSummaryContract(string Name, string Short, string Long, bool Hidden);

/// <summary>Answer of GET /api/v1/scripts/{group}/{name}.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Short">What it shows, in a few words.</param>
/// <param name="Long">The same in sentences.</param>
/// <param name="Hidden">True when lists for people leave it out.</param>
/// <param name="Text">PxL text.</param>
/// <param name="Variables">Its arguments.</param>
/// <param name="Tables">Names of the tables that its functions yield; a list of results is numbered.</param>
/// <param name="Vis">Its vis.json as it is, or null.</param>
public sealed record ScriptContract(
    string Name,
    string Short,
    string Long,
    bool Hidden,
    string Text,
    ScriptVariableContract[] Variables,
    string[] Tables,
    JsonElement? Vis);

/// <summary>One argument of a script.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, such as "PX_POD".</param>
/// <param name="Description">What it is.</param>
/// <param name="Required">True when a value must be given.</param>
/// <param name="Default">Its value when none is given; null when required.</param>
/// <param name="ValidValues">The only values; empty when any will do.</param>
public sealed record ScriptVariableContract(
    string Name, string Type, string Description, bool Required, string? Default, string[] ValidValues);
