using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace PixieOrleans.NodeProbe.Profiles.Interpreters;

/// <summary>Memory of another process; needs ptrace rights on it.</summary>
internal sealed class ProcessMemory : IDisposable
{
    private readonly SafeFileHandle _file;

    private ProcessMemory(SafeFileHandle file) => _file = file;

    /// <summary>Opens it; null when the process is gone or may not be read.</summary>
    public static ProcessMemory? Open(uint processId)
    {
        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/mem");
            return new ProcessMemory(File.OpenHandle(path, share: FileShare.ReadWrite));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads bytes; false when some of them are not there.</summary>
    public bool TryRead(ulong address, Span<byte> bytes)
    {
        try
        {
            return address <= long.MaxValue && RandomAccess.Read(_file, bytes, (long)address) == bytes.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // nothing is mapped there
        {
            return false;
        }
    }

    /// <summary>Reads a pointer; 0 when it is not there.</summary>
    public ulong ReadPointer(ulong address)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        return TryRead(address, word) ? BinaryPrimitives.ReadUInt64LittleEndian(word) : 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
