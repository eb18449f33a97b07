using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Finds the TLS libraries of Debian's packages; what is missing skips the test.</summary>
internal static class SystemLibraries
{
    private static readonly string[] Folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];

    /// <summary>Debian's OpenSSL.</summary>
    public static Func<CancellationToken, Task<string>> OpenSsl { get; } = Find("libssl.so.3", "libssl3");

    /// <summary>A library by the name of its file, or of a link to it.</summary>
    public static Func<CancellationToken, Task<string>> Find(string file, string package) => _ => Task.FromResult(
        Folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists) is { } path
            ? Resolve(path)
            : throw Programs.Skip($"{file} is missing: apt-get install {package}"));

    /// <summary>A file by its path.</summary>
    public static Func<CancellationToken, Task<string>> At(string path, string package) => _ => Task.FromResult(
        File.Exists(path) ? path : throw Programs.Skip($"{path} is missing: apt-get install {package}"));

    /// <summary>A program that contains its library.</summary>
    public static Func<CancellationToken, Task<string>> OfProgram(string program, string package) =>
        _ => Task.FromResult(Resolve(Programs.Require(program, package)));

    private static string Resolve(string path) =>
        File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
