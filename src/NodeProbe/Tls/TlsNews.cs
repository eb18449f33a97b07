using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Bpf;

namespace PixieOrleans.NodeProbe.Tls;

/// <summary>A process executes or maps a file; struct pxo_news.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_news")]
internal struct CodeNews
{
    /// <summary>Start of the process, ticks of 10 ms since boot.</summary>
    public ulong StartTicks;

    /// <summary>The file.</summary>
    public NewsFile File;

    /// <summary>The process.</summary>
    public uint Tgid;

    /// <summary>Zero.</summary>
    public uint Pad;
}

/// <summary>A file as the kernel tells of it: enough to know it again.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NewsFile(ulong Inode, ulong Bytes, uint Device, uint Generation);

/// <summary>Collects the news of one look.</summary>
internal readonly struct NewsReader(List<CodeNews> news) : IRingRecordConsumer
{
    /// <inheritdoc/>
    public void OnRecord(ReadOnlySpan<byte> record) => news.Add(MemoryMarshal.Read<CodeNews>(record));
}
