using System.Globalization;

namespace PixieOrleans.Protocols.Mongodb;

/// <summary>Text of decimal numbers of 128 bits.</summary>
/// <remarks>
/// Layout of the upper half: sign, 1 bit; exponent + 6176, 14 bits, and the upper bits of the digits; two set bits
/// behind the sign shift that by two bits or mark infinity and NaN. Source: MongoDB specifications, "BSON Decimal128".
/// </remarks>
internal static class BsonDecimal
{
    private const int Bias = 6176;
    private const int DigitBits = 49; // in the upper half
    private const int MaxPlainZeros = 6; // more zeros behind the point are told by an exponent
    private static readonly UInt128 MaxDigits = // 34 of them
        UInt128.Parse("9999999999999999999999999999999999", CultureInfo.InvariantCulture);

    /// <summary>Writes a number; needs 48 bytes of room.</summary>
    public static int Format(ulong high, ulong low, Span<byte> buffer)
    {
        var written = 0;
        var combination = (high >> 58) & 0x1f;
        if (combination == 0x1f)
        {
            return Copy("NaN"u8, buffer);
        }

        if (high >> 63 != 0)
        {
            buffer[written++] = (byte)'-';
        }

        if (combination == 0x1e)
        {
            return written + Copy("Infinity"u8, buffer[written..]);
        }

        // Digits that begin with binary 100 are beyond the greatest number, which makes them 0.
        var isShifted = combination >> 3 == 3;
        var exponent = (int)(high >> (isShifted ? DigitBits - 2 : DigitBits) & 0x3fff) - Bias;
        var digits = isShifted ? 0 : new UInt128(high & ((1UL << DigitBits) - 1), low);
        return written + Write(digits > MaxDigits ? 0 : digits, exponent, buffer[written..]);
    }

    private static int Write(UInt128 digits, int exponent, Span<byte> buffer)
    {
        digits.TryFormat(buffer, out var count, default, CultureInfo.InvariantCulture);
        var scientific = count - 1 + exponent;
        if (exponent > 0 || scientific < -MaxPlainZeros)
        {
            return WriteScientific(count, scientific, buffer);
        }

        if (exponent == 0)
        {
            return count;
        }

        var zeros = Math.Max(0, 1 - exponent - count); // before the digits, that of the whole part included
        buffer[..count].CopyTo(buffer[zeros..]);
        buffer[..zeros].Fill((byte)'0');
        count += zeros;
        var point = count + exponent;
        buffer[point..count].CopyTo(buffer[(point + 1)..]);
        buffer[point] = (byte)'.';
        return count + 1;
    }

    private static int WriteScientific(int count, int scientific, Span<byte> buffer)
    {
        if (count > 1)
        {
            buffer[1..count].CopyTo(buffer[2..]);
            buffer[1] = (byte)'.';
            count++;
        }

        buffer[count++] = (byte)'E';
        if (scientific >= 0)
        {
            buffer[count++] = (byte)'+';
        }

        scientific.TryFormat(buffer[count..], out var written, default, CultureInfo.InvariantCulture);
        return count + written;
    }

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> buffer)
    {
        text.CopyTo(buffer);
        return text.Length;
    }
}
