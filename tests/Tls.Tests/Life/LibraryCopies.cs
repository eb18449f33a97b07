using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Tls.Tests.Life;

/// <summary>Copies of Debian's OpenSSL, which no other process uses, and how to start programs on them.</summary>
internal sealed class LibraryCopies : IDisposable
{
    private static readonly string[] Names = ["libssl.so.3", "libcrypto.so.3"];
    private readonly TempFolder _folder = new();

    /// <summary>Copies; what is missing skips the test.</summary>
    public LibraryCopies() => Replace();

    /// <summary>Where they are.</summary>
    public string Folder => _folder.Path;

    /// <summary>What starts a program on the copies that are there now.</summary>
    public string[] Launcher => [Programs.Require("env", "coreutils"), $"LD_LIBRARY_PATH={Folder}"];

    /// <summary>Puts new files in the place of the old ones, as an upgrade does: who has mapped those keeps them.
    /// </summary>
    public void Replace()
    {
        foreach (var name in Names)
        {
            var source = $"/usr/lib/x86_64-linux-gnu/{name}";
            if (!File.Exists(source))
            {
                throw Programs.Skip($"{source} is missing: apt-get install libssl3");
            }

            File.Copy(source, _folder.File($"{name}.new"));
            File.Move(_folder.File($"{name}.new"), _folder.File(name), overwrite: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
