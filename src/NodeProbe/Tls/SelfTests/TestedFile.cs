using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace PixieOrleans.NodeProbe.Tls.SelfTests;

/// <summary>A file that the self-test loads; held open, it stays the probed one whatever becomes of its name.</summary>
/// <param name="path">Its path as the first process saw it.</param>
/// <param name="file">The open file; owned.</param>
internal sealed class TestedFile(string path, SafeFileHandle file) : IDisposable
{
    private const uint Root = 0;

    /// <summary>A path by which any process of root opens this very file while it is held.</summary>
    public string OpenPath => string.Create(
        CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{file.DangerousGetHandle()}");

    /// <summary>Which file it is; null when it cannot be told.</summary>
    public FileFacts? Facts => FileFacts.Read(OpenPath, follow: true);

    /// <summary>Opens a file anew; throws what <see cref="File.OpenHandle"/> throws.</summary>
    public static TestedFile Of(TlsFile file) => new(file.Path, File.OpenHandle(file.OpenPath));

    /// <summary>
    /// Why its code is not run; null when it may be. Only root may have written it, and the file of that name in this
    /// process' mount namespace must be the same: those of containers are not run.
    /// </summary>
    public string? WhyNot()
    {
        if (Facts is not { } facts || FileFacts.Read(path, follow: false) is not { } named
            || named.Generation != facts.Generation)
        {
            return $"{path} is not this file where the silo runs: a container's, deleted or replaced.";
        }

        for (var part = path; part is not null; part = Path.GetDirectoryName(part))
        {
            if (FileFacts.Read(part, follow: false) is not { IsFileOrFolder: true } owned)
            {
                return $"{part} is neither file nor folder.";
            }

            if (owned.Owner != Root || owned.IsOpenToOthers)
            {
                return owned.Owner != Root
                    ? $"{part} is owned by user {owned.Owner}, not by root."
                    : $"{part} may be written by others than root.";
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
