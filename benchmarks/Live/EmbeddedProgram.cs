using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>C programs that the benchmarks bring along.</summary>
internal static class EmbeddedProgram
{
    /// <summary>Compiles one; returns its path.</summary>
    /// <param name="folder">Where it goes.</param>
    /// <param name="source">Name of the resource.</param>
    /// <param name="options">Further options of clang: libraries, code generation.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public static async Task<string> CompileAsync(
        TempFolder folder, string source, IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        using var resource = typeof(EmbeddedProgram).Assembly.GetManifestResourceStream(source)!;
        using var reader = new StreamReader(resource);
        var file = folder.Write(source, await reader.ReadToEndAsync(cancellationToken));
        var program = folder.File(Path.GetFileNameWithoutExtension(source));
        await ChildProcess.RunAsync(
            Programs.Require("clang", "clang"), ["-O2", "-o", program, file, .. options], cancellationToken);
        return program;
    }
}
