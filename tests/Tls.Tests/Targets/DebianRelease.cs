using PixieOrleans.TestKit.Servers.Tls;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>A Debian release in a folder; its programs run there with mounts of their own, as in a container.</summary>
/// <param name="Name">Such as "trixie".</param>
/// <param name="Number">Such as "13".</param>
/// <param name="SslFile">Name of its OpenSSL library.</param>
internal sealed record DebianRelease(string Name, string Number, string SslFile)
{
    /// <summary>All that the tests know beside the machine's own.</summary>
    public static IReadOnlyList<DebianRelease> All { get; } =
    [
        new("bullseye", "11", "libssl.so.1.1"), new("trixie", "13", "libssl.so.3"), new("sid", "sid", "libssl.so.3"),
    ];

    /// <summary>Its OpenSSL, as the machine sees it; without the release the test is skipped.</summary>
    public string Library => TlsTargetFolder.Require(Name, $"usr/lib/x86_64-linux-gnu/{SslFile}");

    /// <summary>What goes before a program and its arguments.</summary>
    public string[] Enter() => TlsTargetFolder.Enter(Name);

    /// <summary>A program of the release.</summary>
    /// <param name="pattern">Its path from the root; an asterisk stands for one name.</param>
    public string[] Program(string pattern)
    {
        var root = Path.GetDirectoryName(TlsTargetFolder.Require(Name, ".packages"))!;
        var parts = pattern.Split('*');
        var path = parts.Length == 1
            ? pattern
            : parts[0] + Path.GetFileName(Directory.EnumerateDirectories(root + parts[0]).First()) + parts[1];
        return [.. Enter(), path];
    }
}
