using System.Runtime.InteropServices;
using System.Text;

namespace PixieOrleans.NodeProbe.Entities;

/// <summary>Reads small files of /proc without exceptions and with one buffer; used by one thread.</summary>
internal sealed unsafe partial class ProcFile
{
    private const int MaxBytes = 64 << 10; // what is beyond is not read
    private const int OpenFlags = 0x80800; // O_RDONLY | O_CLOEXEC | O_NONBLOCK: a pipe in a container must not hold us
    private readonly byte[] _buffer = new byte[MaxBytes];

    /// <summary>The beginning of a file, valid until the next call; empty when it cannot be read.</summary>
    public ReadOnlySpan<byte> Read(string path) => ReadAll(Open(path, OpenFlags));

    /// <summary>As above, with a path that ends with a zero byte: makes no string.</summary>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> path)
    {
        fixed (byte* start = path)
        {
            return ReadAll(OpenBytes(start, OpenFlags));
        }
    }

    /// <summary>Bytes that a link leads to, valid until the next call; empty when it cannot be read.</summary>
    /// <param name="path">Ends with a zero byte.</param>
    public ReadOnlySpan<byte> ReadLink(ReadOnlySpan<byte> path)
    {
        fixed (byte* from = path)
        fixed (byte* to = _buffer)
        {
            var length = ReadLinkOf(from, to, MaxBytes);
            return _buffer.AsSpan(0, (int)Math.Max(0, length));
        }
    }

    /// <summary>Where a link leads; null when it cannot be read.</summary>
    public string? ReadLink(string path)
    {
        fixed (byte* start = _buffer)
        {
            var length = ReadLinkBytes(path, start, MaxBytes);
            return length <= 0 ? null : Encoding.UTF8.GetString(_buffer, 0, (int)length);
        }
    }

    private ReadOnlySpan<byte> ReadAll(int fd)
    {
        if (fd < 0)
        {
            return [];
        }

        var length = 0;
        fixed (byte* start = _buffer)
        {
            nint count;
            while (length < MaxBytes && (count = ReadBytes(fd, start + length, (nuint)(MaxBytes - length))) > 0)
            {
                length += (int)count;
            }
        }

        _ = Close(fd);
        return _buffer.AsSpan(0, length);
    }

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int OpenBytes(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "readlink")]
    private static partial nint ReadLinkOf(byte* path, byte* target, nuint bytes);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint ReadBytes(int fd, byte* data, nuint bytes);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "readlink", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLinkBytes(string path, byte* target, nuint bytes);
}
