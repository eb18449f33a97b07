using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace PixieOrleans.Silo.Configuration;

/// <summary>How silos find each other.</summary>
public enum MembershipKind
{
    /// <summary>One silo, alone.</summary>
    Localhost,

    /// <summary>Several silos on one machine, which share a file.</summary>
    File,
}

/// <summary>Name, ports and cluster of this silo; section "Silo".</summary>
public sealed class HostSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Silo";

    /// <summary>Name of the node, unique in the cluster. Default: the host's name.</summary>
    [Required]
    public string Node { get; set; } = Environment.MachineName;

    /// <summary>TCP port for other silos. Default 7711.</summary>
    [Range(1, 65535)]
    public int SiloPort { get; set; } = 7711;

    /// <summary>TCP port for clients of the cluster. Default 7730.</summary>
    [Range(1, 65535)]
    public int GatewayPort { get; set; } = 7730;

    /// <summary>How silos find each other. Default Localhost.</summary>
    public MembershipKind Membership { get; set; } = MembershipKind.Localhost;

    /// <summary>Path of the file that silos share; needed for membership File.</summary>
    public string? MembershipFile { get; set; }

    /// <summary>Name of the cluster; silos of different clusters ignore each other. Default "pixie".</summary>
    [Required]
    public string ClusterId { get; set; } = "pixie";
}

[OptionsValidator]
internal sealed partial class HostSettingsValidator : IValidateOptions<HostSettings>;

internal sealed class MembershipValidator : IValidateOptions<HostSettings>
{
    public ValidateOptionsResult Validate(string? name, HostSettings settings) =>
        settings.Membership == MembershipKind.File && string.IsNullOrWhiteSpace(settings.MembershipFile)
            ? ValidateOptionsResult.Fail(
                "Silo:Membership is File, but Silo:MembershipFile names no file; give one with --membership-file PATH.")
            : ValidateOptionsResult.Success;
}
