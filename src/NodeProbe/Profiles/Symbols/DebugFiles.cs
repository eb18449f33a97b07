using System.Buffers.Binary;
using System.Text;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>
/// Finds the separate file with the symbols of a stripped program or library: by build id, then by the name that the
/// file gives (.gnu_debuglink). A file that belongs to another build is not taken.
/// </summary>
/// <remarks>
/// .gnu_debuglink: name with its zero byte, padded to 4, then CRC-32 of the file, uint32 little endian. Places: GDB
/// documentation, "Debugging Information in Separate Files".
/// </remarks>
internal static class DebugFiles
{
    private const string Folder = "/usr/lib/debug";
    private const int MaxLinkBytes = 4096;
    private const long MaxChecksumBytes = 256L << 20; // a larger file without build id is not taken
    private const int ChunkBytes = 64 << 10;
    private const uint Polynomial = 0xEDB88320; // CRC-32, reflected

    /// <summary>Opens the file; null when there is none. The caller owns it.</summary>
    /// <param name="file">The stripped file.</param>
    /// <param name="path">Its path as its process sees it.</param>
    /// <param name="root">The process' root as seen from here, such as /proc/1/root; empty for one's own.</param>
    public static ElfFile? Open(ElfFile file, string path, string root)
    {
        foreach (var place in ByBuildId(file.BuildId, root))
        {
            if (TryOpen(place) is { } found)
            {
                if (found.BuildId == file.BuildId)
                {
                    return found;
                }

                found.Dispose();
            }
        }

        return ReadLink(file) is { } link ? OpenLink(file, link, path, root) : null;
    }

    private static IEnumerable<string> ByBuildId(string id, string root)
    {
        if (id.Length > 2)
        {
            var name = $"{Folder}/.build-id/{id[..2]}/{id[2..]}.debug";
            yield return root + name;
            if (root.Length > 0)
            {
                yield return name; // the machine may have the files of its containers
            }
        }
    }

    private static ElfFile? OpenLink(ElfFile file, (string Name, uint Checksum) link, string path, string root)
    {
        var folder = path[..Math.Max(0, path.LastIndexOf('/'))];
        foreach (var place in new[] { folder, folder + "/.debug", Folder + folder })
        {
            if (TryOpen($"{root}{place}/{link.Name}") is { } found)
            {
                if (IsSameBuild(file, found, link.Checksum))
                {
                    return found;
                }

                found.Dispose();
            }
        }

        return null;
    }

    private static bool IsSameBuild(ElfFile file, ElfFile found, uint checksum) =>
        file.BuildId.Length > 0 && found.BuildId.Length > 0
            ? file.BuildId == found.BuildId
            : found.Bytes.Length <= MaxChecksumBytes && ChecksumOf(found.Bytes) == checksum;

    // What has no length may be a pipe, which opening would wait for.
    private static ElfFile? TryOpen(string path)
    {
        try
        {
            var info = new FileInfo(path);
            var end = info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
            return end is FileInfo { Exists: true, Length: > 0 } && ElfFile.TryOpen(path, out var file, out _)
                ? file
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // a path that is none, or hidden
        }
    }

    private static (string Name, uint Checksum)? ReadLink(ElfFile file)
    {
        if (file.FindSection(".gnu_debuglink") is not { } section
            || file.ReadSection(section, MaxLinkBytes) is not { Length: >= 8 } link)
        {
            return null;
        }

        var end = link.AsSpan().IndexOf((byte)0);
        var name = end <= 0 ? "" : Encoding.UTF8.GetString(link.AsSpan(0, end));
        return name.Length == 0 || name.Contains('/') // a name, no path: it may not lead elsewhere
            ? null
            : (name, BinaryPrimitives.ReadUInt32LittleEndian(link.AsSpan(link.Length - sizeof(uint))));
    }

    /// <summary>CRC-32 of a whole file.</summary>
    internal static uint ChecksumOf(ElfBytes bytes)
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) * Polynomial);
            }

            table[i] = value;
        }

        var (sum, buffer, offset) = (uint.MaxValue, new byte[ChunkBytes], 0UL);
        for (var count = bytes.Read(0, buffer); count > 0; count = bytes.Read(offset, buffer))
        {
            foreach (var value in buffer.AsSpan(0, count))
            {
                sum = (sum >> 8) ^ table[(byte)(sum ^ value)];
            }

            offset += (ulong)count;
        }

        return ~sum;
    }
}
