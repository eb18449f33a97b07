using System.Security.Cryptography;
using System.Text;

namespace PixieOrleans.TestKit.Servers;

/// <summary>
/// C programs of the tests, built with the system's compiler once per change of their source or the headers beside it.
/// </summary>
public static class CPrograms
{
    /// <summary>Builds a source file that lies beside the tests; without a compiler the test is skipped.</summary>
    /// <param name="source">Its path below the folder "servers".</param>
    /// <param name="options">Options of the compiler that follow the source.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public static async Task<string> BuildAsync(string source, string[] options, CancellationToken cancellationToken)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "servers", source);
        var headers = Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.h").Order(StringComparer.Ordinal);
        var texts = headers.Prepend(path).Select(File.ReadAllText);
        var text = string.Concat(texts) + string.Join(' ', options);
        var version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var program = $"{Path.ChangeExtension(path, null)}-{version[..8]}";
        if (!File.Exists(program))
        {
            var unfinished = $"{program}.{Environment.ProcessId}"; // others may build it at the same time
            await ChildProcess.RunAsync(
                Programs.Require("gcc", "gcc"), ["-O2", "-o", unfinished, path, .. options], cancellationToken);
            File.Move(unfinished, program, overwrite: true);
        }

        return program;
    }
}
