using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Tls.Tests.Life;

/// <summary>Processes that load libraries and make no call.</summary>
internal static class LibraryUser
{
    private const string Script = "import ctypes, sys\nfor p in sys.argv[1:]: ctypes.CDLL(p)\nsys.stdin.read()";

    /// <summary>Starts one; it ends when it is disposed.</summary>
    /// <param name="launcher">What starts it, such as <see cref="LibraryCopies.Launcher"/>.</param>
    /// <param name="libraries">Libraries, each after those that it needs.</param>
    public static ChildProcess Start(string[] launcher, params string[] libraries)
    {
        string[] command = [.. launcher, Programs.Require("python3", "python3"), "-c", Script, .. libraries];
        return ChildProcess.Start(command[0], command[1..], withInput: true);
    }
}

/// <summary>Libraries of our own that have OpenSSL's names.</summary>
internal static class OwnLibraries
{
    /// <summary>What starts a program on one: it does not break there.</summary>
    public static string[] Launcher => [Programs.Require("env", "coreutils"), "PXO_CALM=1"];

    /// <summary>Builds one into a folder of root's.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="kind">"unseen", "hangs", "aborts" or "confined"; see Tls/own_library.c.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public static async Task<string> BuildAsync(TempFolder folder, string kind, CancellationToken cancellationToken)
    {
        string[] more = kind == "unseen"
            ? [Path.Combine(AppContext.BaseDirectory, "servers/Tls/own_library_static.c")]
            : [];
        var built = await CPrograms.BuildAsync(
            "Tls/own_library.c", ["-shared", "-fPIC", $"-D{kind.ToUpperInvariant()}", .. more], cancellationToken);
        var path = folder.File($"lib{kind}.so");
        File.Copy(built, path);
        return path;
    }
}
