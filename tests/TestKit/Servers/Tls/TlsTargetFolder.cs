namespace PixieOrleans.TestKit.Servers.Tls;

/// <summary>Libraries and programs of other releases, as scripts/dev/tls-targets.sh unpacks and builds them.</summary>
public static class TlsTargetFolder
{
    /// <summary>Path of a target's file; its absence skips the test.</summary>
    /// <param name="target">Name for the script, such as "trixie".</param>
    /// <param name="file">Path below the target's folder.</param>
    public static string Require(string target, string file)
    {
        var folder = Environment.GetEnvironmentVariable("PXO_TLS_TARGETS")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/pxo-tls-targets");
        var path = Path.Combine(folder, target, file);
        return Path.Exists(path)
            ? path
            : throw Programs.Skip($"{path} is missing: scripts/dev/tls-targets.sh {target}");
    }

    /// <summary>
    /// Arguments before those of a program to run it within a Debian release, in a mount namespace as a container has
    /// it; it sees the machine's /tmp.
    /// </summary>
    public static string[] Enter(string release) =>
    [
        Programs.Require("unshare", "util-linux"), "-m", "/bin/sh", "-c",
        "root=$1; shift; mount --bind /tmp \"$root/tmp\" && exec chroot \"$root\" \"$@\"", "sh",
        Path.GetDirectoryName(Require(release, ".packages"))!, // written last
    ];
}
