using System.Security.Cryptography;

namespace PixieOrleans.TestKit.Servers;

/// <summary>Go programs of the tests, built with Debian's packages once per change of their source.</summary>
public static class GoPrograms
{
    private const string Packages = "/usr/share/gocode"; // where Debian's -dev packages put their sources

    /// <summary>Builds a source file that lies beside the tests; what is missing skips the test.</summary>
    /// <param name="source">Its path below the folder "servers".</param>
    /// <param name="import">The package that it needs, such as "google.golang.org/grpc".</param>
    /// <param name="debian">The Debian package of that.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public static async Task<string> BuildAsync(
        string source, string import, string debian, CancellationToken cancellationToken)
    {
        var go = Programs.Require("go", "golang-go");
        if (!Directory.Exists(Path.Combine(Packages, "src", import)))
        {
            throw Programs.Skip($"{import} is missing: apt-get install {debian}");
        }

        var path = Path.Combine(AppContext.BaseDirectory, "servers", source);
        var version = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, cancellationToken)));
        var program = $"{Path.ChangeExtension(path, null)}-{version[..8]}";
        if (!File.Exists(program))
        {
            string[] arguments =
            [
                $"GOPATH={Packages}", "GO111MODULE=off", "GOPROXY=off", $"GOCACHE={Path.GetDirectoryName(path)}/cache",
                go, "build", "-o", program, path,
            ];
            await ChildProcess.RunAsync(Programs.Require("env", "coreutils"), arguments, cancellationToken);
        }

        return program;
    }
}
