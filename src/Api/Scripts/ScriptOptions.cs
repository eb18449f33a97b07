using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace PixieOrleans.Api.Scripts;

/// <summary>Scripts that can be run by name; section "Scripts".</summary>
public sealed class ScriptOptions
{
    /// <summary>
    /// Folder of scripts of one's own, laid out as GROUP/NAME/{NAME.pxl, manifest.yaml, vis.json}; they hide shipped
    /// scripts of the same name. Default none.
    /// </summary>
    public string? Folder { get; set; }

    /// <summary>Bytes of one file of a script. Default 1 MiB.</summary>
    [Range(1024, 64 << 20)]
    public int MaxFileBytes { get; set; } = 1 << 20;
}

[OptionsValidator]
internal sealed partial class ScriptOptionsValidator : IValidateOptions<ScriptOptions>;

/// <summary>A folder that is not there would mean that one's own scripts are silently missing.</summary>
internal sealed class ScriptFolderValidator : IValidateOptions<ScriptOptions>
{
    public ValidateOptionsResult Validate(string? name, ScriptOptions options) =>
        options.Folder is null || Directory.Exists(options.Folder)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Scripts:Folder '{options.Folder}' is not a folder.");
}
