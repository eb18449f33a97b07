using PixieOrleans.Model.Scripts;

namespace PixieOrleans.Api.Scripts;

/// <summary>A script of the library.</summary>
/// <param name="Manifest">Who it is.</param>
/// <param name="Text">PxL text.</param>
/// <param name="VisJson">Its vis.json as UTF-8, or null.</param>
/// <param name="Spec">What vis.json says, or null.</param>
internal sealed record LibraryScript(ScriptManifest Manifest, string Text, byte[]? VisJson, ScriptSpec? Spec);

/// <summary>What is said about a script.</summary>
/// <param name="Name">Its name, such as "px/http_data".</param>
/// <param name="Short">What it shows, in a few words.</param>
/// <param name="Long">The same in sentences; may be empty.</param>
/// <param name="IsHidden">True when lists leave it out.</param>
internal sealed record ScriptManifest(string Name, string Short, string Long, bool IsHidden);
