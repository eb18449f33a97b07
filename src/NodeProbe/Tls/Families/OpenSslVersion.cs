using System.Buffers;
using System.Text;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>Name and version of a library of the OpenSSL family, from the text that it shows to its users.</summary>
internal static class OpenSslVersion
{
    private const int WindowBytes = 1 << 20;
    private const int MaxTextBytes = 64; // of a version; windows overlap by so much
    private static ReadOnlySpan<byte> OpenSsl => "OpenSSL "u8;
    private static ReadOnlySpan<byte> BoringSsl => "BoringSSL\0"u8;

    /// <summary>Such as "OpenSSL 3.0.19" or "BoringSSL"; empty when the constants hold no such text.</summary>
    public static string Find(ElfFile file)
    {
        if (file.FindSection(".rodata") is not { HasBytes: true } constants)
        {
            return string.Empty;
        }

        var window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        try
        {
            for (var done = 0UL; done < constants.Bytes; done += WindowBytes - MaxTextBytes)
            {
                var wanted = (int)Math.Min(WindowBytes, constants.Bytes - done);
                var filled = file.Bytes.Read(constants.Offset + done, window.AsSpan(0, wanted));
                if (FindIn(window.AsSpan(0, filled)) is { } version)
                {
                    return version;
                }
            }

            return string.Empty;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private static string? FindIn(ReadOnlySpan<byte> text)
    {
        for (var rest = text; rest.IndexOf(OpenSsl) is >= 0 and var at; rest = rest[(at + OpenSsl.Length)..])
        {
            var number = rest[(at + OpenSsl.Length)..];
            if (number.Length > 2 && char.IsAsciiDigit((char)number[0]) && number[1] == (byte)'.')
            {
                var end = number.IndexOfAny((byte)' ', (byte)0);
                return $"OpenSSL {Encoding.ASCII.GetString(number[..Math.Clamp(end, 1, MaxTextBytes / 2)])}";
            }
        }

        return text.IndexOf(BoringSsl) >= 0 ? "BoringSSL" : null;
    }
}
