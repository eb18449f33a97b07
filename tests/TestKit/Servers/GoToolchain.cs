using System.Security.Cryptography;

namespace PixieOrleans.TestKit.Servers;

/// <summary>How a Go program is built.</summary>
public enum GoBuild
{
    /// <summary>As it comes: with symbols, for fixed addresses.</summary>
    Plain,

    /// <summary>Without symbols and debugging information.</summary>
    Stripped,

    /// <summary>The same, for any address.</summary>
    StrippedPie,

    /// <summary>With BoringCrypto instead of Go's own; needs a C compiler.</summary>
    BoringCrypto,

    /// <summary>Linked by the C linker, without symbols, for any address; needs a C compiler.</summary>
    ExternalPie,
}

/// <summary>A Go toolchain: the system's, or one that scripts/dev/go-toolchains.sh unpacked.</summary>
/// <param name="Version">Such as "1.24"; "system" for the one in the path.</param>
public sealed record GoToolchain(string Version)
{
    /// <summary>Name of the variable that names the folder of unpacked toolchains.</summary>
    public const string FolderVariable = "PXO_GO_TOOLCHAINS";

    private static string? Folder => Environment.GetEnvironmentVariable(FolderVariable);

    /// <summary>The unpacked ones, else the system's alone.</summary>
    public static IReadOnlyList<GoToolchain> All => Folder is { Length: > 0 } folder && Directory.Exists(folder)
        ? [.. Directory.GetDirectories(folder, "go-*").Select(f => Path.GetFileName(f)[3..]).Order().Select(Of)]
        : [new("system")];

    private string? Root => Version == "system" ? null : Path.Combine(Folder!, $"go-{Version}/usr/lib/go-{Version}");

    /// <summary>Builds a source file below the folder "servers" of the tests, once per change of it.</summary>
    public async Task<string> BuildAsync(string source, GoBuild build, CancellationToken cancellationToken)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "servers", source);
        var hash = SHA256.HashData(await File.ReadAllBytesAsync(path, cancellationToken));
        var program = $"{Path.ChangeExtension(path, null)}-{Version}-{build}-{Convert.ToHexStringLower(hash)[..8]}";
        if (File.Exists(program))
        {
            return program;
        }

        var go = Root is null ? Programs.Require("go", "golang-go") : Path.Combine(Root, "bin/go");
        var isC = build is GoBuild.BoringCrypto or GoBuild.ExternalPie;
        var compiler = isC ? Programs.Require("clang", "clang") : "clang";
        string[] environment =
        [
            "GO111MODULE=off", "GOPROXY=off", "GOTOOLCHAIN=local", $"CC={compiler}", $"CGO_ENABLED={(isC ? 1 : 0)}",
            $"GOCACHE={Path.Combine(Folder ?? Path.GetDirectoryName(path)!, "cache")}",
            .. Root is null ? Array.Empty<string>() : [$"GOROOT={Root}"],
            .. build == GoBuild.BoringCrypto ? ["GOEXPERIMENT=boringcrypto"] : Array.Empty<string>(),
        ];
        string[] flags = build switch
        {
            GoBuild.Stripped => ["-ldflags=-s -w"],
            GoBuild.StrippedPie => ["-buildmode=pie", "-ldflags=-s -w"],
            GoBuild.ExternalPie => ["-buildmode=pie", "-ldflags=-linkmode=external -s -w"],
            _ => [],
        };
        var env = Programs.Require("env", "coreutils");
        await ChildProcess.RunAsync(
            env, [.. environment, go, "build", .. flags, "-o", program, path], cancellationToken);
        return program;
    }

    /// <inheritdoc/>
    public override string ToString() => Version;

    private static GoToolchain Of(string version) => new(version);
}
