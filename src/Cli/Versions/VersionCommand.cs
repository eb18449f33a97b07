using System.CommandLine;
using System.Reflection;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Versions;

/// <summary>`pxo version`: version of this program.</summary>
internal static class VersionCommand
{
    /// <summary>Version of the assembly, with the commit when the build knew it.</summary>
    public static string Version { get; } = typeof(VersionCommand).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The sub-command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("version", "Print the version of pxo");
        command.SetAction(_ =>
        {
            terminal.Out.WriteLine($"pxo {Version}");
            return ExitCodes.Ok;
        });
        return command;
    }
}
