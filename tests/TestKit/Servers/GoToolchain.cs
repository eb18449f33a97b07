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

    /// <summary>Not optimised, nothing inlined: as debuggers want it.</summary>
    Unoptimised,

    /// <summary>Instrumented to find races; needs a C compiler.</summary>
    Race,
}

/// <summary>A Go toolchain: the system's, or one that scripts/dev/go-toolchains.sh unpacked.</summary>
/// <param name="Version">Such as "1.24"; empty for the system's.</param>
public sealed record GoToolchain(string Version)
{
    /// <summary>Name of the variable that names the folder of unpacked toolchains.</summary>
    public const string FolderVariable = "PXO_GO_TOOLCHAINS";

    /// <summary>The one in the path.</summary>
    public static GoToolchain System { get; } = new("");

    /// <summary>The unpacked ones, else the system's alone.</summary>
    public static IReadOnlyList<GoToolchain> All => Folder is { Length: > 0 } folder && Directory.Exists(folder)
        ? [.. Directory.GetDirectories(folder, "go-*").Select(f => new GoToolchain(Path.GetFileName(f)[3..]))
            .OrderBy(t => t.Version, StringComparer.Ordinal)]
        : [System];

    /// <summary>True when it was unpacked for a long run.</summary>
    public bool IsUnpacked => Version.Length > 0;

    /// <summary>True when Debian's packages can be built: they need Go 1.16.</summary>
    public bool HasPackages => Version != "1.15";

    /// <summary>
    /// Ways to build that are worth a test: BoringCrypto is an experiment since 1.19, arguments are in registers since
    /// 1.17, how programs are linked changed with 1.26.
    /// </summary>
    public IEnumerable<GoBuild> Builds => Enum.GetValues<GoBuild>().Where(build => build switch
    {
        GoBuild.BoringCrypto => Version != "1.15",
        GoBuild.StrippedPie => Version is "1.19" or "1.24" or "1.27",
        GoBuild.ExternalPie => Version is "1.24" or "1.27",
        GoBuild.Unoptimised or GoBuild.Race => Version is "1.15" or "1.19" or "1.24" or "1.27",
        _ => true,
    });

    private static string? Folder => Environment.GetEnvironmentVariable(FolderVariable);

    private string? Root => IsUnpacked ? Path.Combine(Folder!, $"go-{Version}/usr/lib/go-{Version}") : null;

    /// <summary>Builds a program, once per change of its source; what is missing skips the test.</summary>
    public async Task<string> BuildAsync(GoProgram program, GoBuild build, CancellationToken cancellationToken)
    {
        var go = Root is null ? Programs.Require("go", "golang-go") : Path.Combine(Root, "bin/go");
        if (!Directory.Exists(Path.Combine(GoProgram.Packages, "src", program.Import)))
        {
            throw Programs.Skip($"{program.Import} is missing: apt-get install {program.Debian}");
        }

        var folder = Path.Combine(AppContext.BaseDirectory, "servers", program.Folder);
        var path = Path.Combine(folder, $"go-{Version}-{build}-{await HashAsync(folder, cancellationToken)}");
        if (!File.Exists(path))
        {
            string[] command = ["-C", folder, .. Variables(build), go, "build", .. Flags(build), "-o", path, "."];
            await ChildProcess.RunAsync(Programs.Require("env", "coreutils"), command, cancellationToken);
        }

        return path;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Go {Version}".TrimEnd();

    private static async Task<string> HashAsync(string folder, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.GetFiles(folder, "*.go").Order(StringComparer.Ordinal))
        {
            hash.AppendData(await File.ReadAllBytesAsync(file, cancellationToken));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..8];
    }

    private static string[] Flags(GoBuild build) => build switch
    {
        GoBuild.Stripped => ["-ldflags=-s -w"],
        GoBuild.StrippedPie => ["-buildmode=pie", "-ldflags=-s -w"],
        GoBuild.ExternalPie => ["-buildmode=pie", "-ldflags=-linkmode=external -s -w"],
        GoBuild.Unoptimised => ["-gcflags=all=-N -l"],
        GoBuild.Race => ["-race"],
        _ => [],
    };

    private string[] Variables(GoBuild build)
    {
        var isC = build is GoBuild.BoringCrypto or GoBuild.ExternalPie or GoBuild.Race;
        var cache = Folder is { Length: > 0 } ? Folder : Path.Combine(AppContext.BaseDirectory, "../../go");
        return
        [
            $"GOPATH={GoProgram.Packages}", "GO111MODULE=off", "GOPROXY=off", "GOTOOLCHAIN=local",
            $"CC={(isC ? Programs.Require("clang", "clang") : "clang")}", $"CGO_ENABLED={(isC ? 1 : 0)}",
            $"GOCACHE={Path.GetFullPath(Path.Combine(cache, "cache"))}", // one for all projects of tests
            .. Root is null ? Array.Empty<string>() : [$"GOROOT={Root}"],
            .. build == GoBuild.BoringCrypto ? ["GOEXPERIMENT=boringcrypto"] : Array.Empty<string>(),
        ];
    }
}
