using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>Where an ELF file's bytes come from. A file that shrinks while it is read gives fewer bytes.</summary>
internal abstract class ElfBytes : IDisposable
{
    /// <summary>Bytes of the whole file.</summary>
    public abstract long Length { get; }

    /// <summary>
    /// A path for this process that leads to the file as long as it is open, whatever becomes of its name; null in
    /// memory.
    /// </summary>
    public virtual string? OpenPath => null;

    /// <summary>Opens a file; throws what <see cref="File.OpenHandle"/> throws.</summary>
    public static ElfBytes OfFile(string path) => new FileBytes(File.OpenHandle(path));

    /// <summary>Wraps an image in memory (the vdso, bytes of a test).</summary>
    public static ElfBytes OfMemory(ReadOnlyMemory<byte> image) => new MemoryBytes(image);

    /// <summary>Fills as much of <paramref name="buffer"/> as the file has from an offset; returns the bytes.</summary>
    public abstract int Read(ulong offset, Span<byte> buffer);

    /// <summary>True when all of <paramref name="buffer"/> was filled.</summary>
    public bool TryRead(ulong offset, Span<byte> buffer) => Read(offset, buffer) == buffer.Length;

    /// <summary>True when a range lies within the file.</summary>
    public bool Holds(ulong offset, ulong bytes) =>
        offset <= (ulong)Length && bytes <= (ulong)Length - offset;

    /// <inheritdoc/>
    public abstract void Dispose();

    private sealed class FileBytes(SafeFileHandle file) : ElfBytes
    {
        public override long Length { get; } = RandomAccess.GetLength(file);

        public override string OpenPath =>
            string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}");

        public override int Read(ulong offset, Span<byte> buffer)
        {
            var filled = 0;
            while (filled < buffer.Length && Holds(offset, (ulong)filled))
            {
                var count = RandomAccess.Read(file, buffer[filled..], (long)offset + filled);
                if (count == 0)
                {
                    break;
                }

                filled += count;
            }

            return filled;
        }

        public override void Dispose() => file.Dispose();
    }

    private sealed class MemoryBytes(ReadOnlyMemory<byte> image) : ElfBytes
    {
        public override long Length => image.Length;

        public override int Read(ulong offset, Span<byte> buffer)
        {
            if (offset >= (ulong)image.Length)
            {
                return 0;
            }

            var rest = image.Span[(int)offset..];
            var count = Math.Min(rest.Length, buffer.Length);
            rest[..count].CopyTo(buffer);
            return count;
        }

        public override void Dispose()
        {
            // nothing is owned
        }
    }
}
