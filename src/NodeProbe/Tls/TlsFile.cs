using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Tls.SelfTests;

namespace PixieOrleans.NodeProbe.Tls;

/// <summary>A program or library that was looked at, with its probes while somebody uses it. Of one thread.</summary>
/// <param name="identity">The file.</param>
/// <param name="path">Its path as the first process saw it.</param>
/// <param name="plan">What to probe.</param>
/// <param name="open">
/// Kept open: its processes may end before the probes are in place. Null when it is no program or library.
/// </param>
internal sealed class TlsFile(FileIdentity identity, string path, TlsPlan plan, ElfFile? open) : IDisposable
{
    private bool _isForgotten;

    /// <summary>The file.</summary>
    public FileIdentity Identity => identity;

    /// <summary>Its path as the first process saw it.</summary>
    public string Path => path;

    /// <summary>What to probe.</summary>
    public TlsPlan Plan { get; private set; } = plan;

    /// <summary>True for a library that programs load; false for a program, which may contain one.</summary>
    public bool IsLibrary => open is { IsProgram: false };

    /// <summary>Leads to the file while this object lives.</summary>
    public string OpenPath => open?.Bytes.OpenPath ?? path;

    /// <summary>Probes; null while there are none.</summary>
    public TlsAttachment? Attachment { get; set; }

    /// <summary>Why there are none though somebody uses it, and what to do; empty otherwise.</summary>
    public string Error { get; set; } = string.Empty;

    /// <summary>Files that take its records on their way out (libcrypto), as last seen.</summary>
    public IReadOnlyList<TlsFile> Records { get; set; } = [];

    /// <summary>True when its probes go or are gone: it is looked at anew as another object. Read by any thread.
    /// </summary>
    public bool IsForgotten
    {
        get => Volatile.Read(ref _isForgotten);
        set => Volatile.Write(ref _isForgotten, value);
    }

    /// <summary>True when it has its probes, or cannot have them.</summary>
    public bool IsSettled => !IsForgotten && (Attachment is not null || Error.Length > 0);

    /// <summary>True when a process that uses it gave plaintext of a connection.</summary>
    public bool IsProved { get; set; }

    /// <summary>True when a self-test was asked for: it is not asked again.</summary>
    public bool IsTestRequested { get; set; }

    /// <summary>What came of it; null while none did.</summary>
    public SelfTestResult? SelfTest { get; set; }

    /// <summary>Processes that use it.</summary>
    public HashSet<uint> Users { get; } = [];

    /// <summary>When it was used last, ms of the machine's uptime.</summary>
    public long UsedMs { get; set; }

    /// <summary>Notes what a search found; without a plan lets go of the file.</summary>
    public void Finish(TlsPlan found)
    {
        Plan = found;
        if (found == TlsPlan.None)
        {
            open?.Dispose();
        }
    }

    /// <summary>Removes the probes and lets go of the file.</summary>
    public void Dispose()
    {
        Attachment?.Dispose();
        Attachment = null;
        open?.Dispose();
    }
}
