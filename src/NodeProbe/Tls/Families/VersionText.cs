using System.Buffers;
using System.Text;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>The text in a library's constants that tells its version.</summary>
/// <param name="Name">What users call the library.</param>
/// <param name="Marker">Text that the version's number lies in or behind; ASCII.</param>
/// <param name="NumberAt">
/// Where the number, of three parts, begins, from the marker's start; -1: the marker is all there is.
/// </param>
internal sealed record VersionText(string Name, string Marker, int NumberAt)
{
    private const int WindowBytes = 1 << 20;
    private const int MaxNumberBytes = 16; // "3.0.19-dev"
    private const int Overlap = 64; // of windows; above marker and number

    private readonly byte[] _marker = Encoding.ASCII.GetBytes(Marker);

    /// <summary>
    /// Such as "OpenSSL 3.0.19": of several that a file holds the first with a number, else the first; empty when it
    /// holds none.
    /// </summary>
    public static string Find(ElfFile file, IReadOnlyList<VersionText> versions)
    {
        if (file.FindSection(".rodata") is not { HasBytes: true } constants)
        {
            return string.Empty;
        }

        string? name = null;
        var window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        try
        {
            var bytes = Math.Min(constants.Bytes, (ulong)file.Bytes.Length);
            for (var done = 0UL; done < bytes; done += WindowBytes - Overlap)
            {
                var wanted = (int)Math.Min(WindowBytes, bytes - done);
                var filled = file.Bytes.Read(constants.Offset + done, window.AsSpan(0, wanted));
                foreach (var version in versions)
                {
                    if (version.FindIn(window.AsSpan(0, filled)) is { } text)
                    {
                        if (version.NumberAt >= 0)
                        {
                            return text;
                        }

                        name ??= text;
                    }
                }
            }

            return name ?? string.Empty;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private string? FindIn(ReadOnlySpan<byte> text)
    {
        for (var rest = text; rest.IndexOf(_marker) is >= 0 and var at; rest = rest[(at + 1)..])
        {
            if (NumberAt < 0)
            {
                return Name;
            }

            var number = rest[(at + NumberAt)..];
            number = number[..Math.Min(number.Length, MaxNumberBytes)];
            if (number.Length > 2 && char.IsAsciiDigit((char)number[0]) && number[1] == (byte)'.'
                && number.IndexOfAny((byte)' ', (byte)0) is > 0 and var end && number[..end].Count((byte)'.') > 1)
            {
                return $"{Name} {Encoding.ASCII.GetString(number[..end])}";
            }
        }

        return null;
    }
}
