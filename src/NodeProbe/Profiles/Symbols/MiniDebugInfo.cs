using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>
/// The small table of symbols that some distributions leave in stripped files: .gnu_debugdata, an ELF file in xz.
/// Needs liblzma, which systemd and dpkg bring; without it these names are missing.
/// </summary>
/// <remarks>Source: GDB documentation, "MiniDebugInfo"; lzma/container.h.</remarks>
internal static unsafe partial class MiniDebugInfo
{
    private const int MaxPackedBytes = 16 << 20;
    private const int MaxBytes = 64 << 20;
    private const ulong MaxDecoderBytes = 128 << 20;
    private const int Done = 0; // LZMA_OK
    private const int NoRoom = 10; // LZMA_BUF_ERROR: the output is full, or the input is cut

    /// <summary>Opens it; null when the file has none or it cannot be read. The caller owns it.</summary>
    public static ElfFile? Open(ElfFile file)
    {
        if (file.FindSection(".gnu_debugdata") is not { } section
            || file.ReadSection(section, MaxPackedBytes) is not { } packed || Unpack(packed) is not { } unpacked)
        {
            return null;
        }

        return ElfFile.TryParse(ElfBytes.OfMemory(unpacked), out var symbols, out _) ? symbols : null;
    }

    /// <summary>The bytes of an .xz file; null when it is broken or larger than allowed.</summary>
    internal static byte[]? Unpack(byte[] packed)
    {
        try
        {
            for (var room = Math.Max(64 << 10, packed.Length * 4); room <= MaxBytes; room *= 4)
            {
                var output = new byte[room];
                var (memory, read, written) = (MaxDecoderBytes, (nuint)0, (nuint)0);
                fixed (byte* from = packed, to = output)
                {
                    var result = Decode(
                        &memory, 0, 0, from, &read, (nuint)packed.Length, to, &written, (nuint)output.Length);
                    if (result == Done)
                    {
                        return output[..(int)written];
                    }

                    if (result != NoRoom)
                    {
                        return null;
                    }
                }
            }

            return null;
        }
        catch (DllNotFoundException) // a machine without the library: no such names
        {
            return null;
        }
    }

    [LibraryImport("liblzma.so.5", EntryPoint = "lzma_stream_buffer_decode")]
    private static partial int Decode(
        ulong* memoryLimit,
        uint flags,
        nint allocator,
        byte* input,
        nuint* inputPosition,
        nuint inputBytes,
        byte* output,
        nuint* outputPosition,
        nuint outputBytes);
}
