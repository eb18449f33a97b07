using System.Text;

namespace PixieOrleans.Model.Rows;

/// <summary>Times as RFC 3339 text in UTC with nine digits of a second.</summary>
public static class TimeText
{
    /// <summary>Bytes of a text: 2026-11-22T18:19:20.123456789Z.</summary>
    public const int Length = 30;

    private const long NsPerSecond = 1_000_000_000;

    /// <summary>The text of a time in ns since 1970.</summary>
    public static string Format(long ns)
    {
        Span<byte> text = stackalloc byte[Length];
        Format(ns, text);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public static void Format(long ns, Span<byte> text)
    {
        var (seconds, rest) = (Math.DivRem(ns, NsPerSecond, out var remainder), remainder);
        if (rest < 0)
        {
            (seconds, rest) = (seconds - 1, rest + NsPerSecond); // before 1970
        }

        var time = DateTime.UnixEpoch.AddSeconds(seconds);
        time.TryFormat(text, out _, "yyyy-MM-ddTHH:mm:ss", null);
        text[19] = (byte)'.';
        for (var i = 28; i > 19; i--)
        {
            text[i] = (byte)('0' + (rest % 10));
            rest /= 10;
        }

        text[29] = (byte)'Z';
    }
}
