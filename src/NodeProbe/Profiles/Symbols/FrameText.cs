using System.Globalization;
using System.Text;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>One frame of a folded stack as UTF-8, without what separates frames.</summary>
internal static class FrameText
{
    private const int MaxBytes = 512;

    /// <summary>A frame of a known function.</summary>
    public static byte[] OfName(ReadOnlySpan<byte> name)
    {
        if (Demangler.TryDemangle(name, out var readable) || RustNames.TryDemangle(name, out readable))
        {
            return Clean(Encoding.UTF8.GetBytes(readable));
        }

        return Clean(name.ToArray());
    }

    /// <summary>A frame at a place of a file whose function is not known; without a file, an address.</summary>
    public static byte[] OfPlace(ReadOnlySpan<char> file, ulong place)
    {
        var plus = file.IsEmpty ? "" : "+";
        return Clean(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file}{plus}0x{place:x}")));
    }

    /// <summary>A frame as it is.</summary>
    public static byte[] OfText(string text) => Clean(Encoding.UTF8.GetBytes(text));

    private static byte[] Clean(byte[] frame)
    {
        var kept = frame.AsSpan(0, Math.Min(frame.Length, MaxBytes));
        kept.Replace((byte)';', (byte)':');
        kept.Replace((byte)'\n', (byte)' ');
        return kept.Length == frame.Length ? frame : kept.ToArray();
    }
}
