namespace PixieOrleans.Protocols.Http2;

/// <summary>The fixed Huffman code of HPACK.</summary>
/// <remarks>
/// The code is canonical: codes of one length count up in the order of their symbols, so the lengths tell all of it.
/// Symbol 256 (EOS) never stands in a text; its first bits pad the last byte. Source: RFC 7541 §5.2, appendix B.
/// </remarks>
internal static class HpackHuffman
{
    private const int EndOfString = 256;
    private const int FastBits = 8;
    private const int MaxBits = 30;
    private const int WindowBits = 32;

    private static readonly uint[] FirstCode = new uint[MaxBits + 1]; // per length
    private static readonly int[] FirstSymbol = new int[MaxBits + 1]; // per length: where its symbols begin
    private static readonly int[] Counts = new int[MaxBits + 1]; // codes per length
    private static readonly ushort[] Symbols = new ushort[EndOfString + 1]; // by length, then by value
    private static readonly ushort[] Fast = new ushort[1 << FastBits]; // symbol << 4 | length; 0 for longer codes

    static HpackHuffman()
    {
        var (code, next) = (0u, 0);
        for (var length = 1; length <= MaxBits; length++)
        {
            code <<= 1;
            (FirstCode[length], FirstSymbol[length]) = (code, next);
            for (var symbol = 0; symbol < Lengths.Length; symbol++)
            {
                if (Lengths[symbol] == length)
                {
                    Symbols[next++] = (ushort)symbol;
                    FillFast(symbol, length, code++);
                }
            }

            Counts[length] = next - FirstSymbol[length];
        }
    }

    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28,
        28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15,
        6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22,
        20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23,
        23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22,
        22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26,
        27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27,
        26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
    ];

    /// <summary>Most bytes that this many coded ones stand for.</summary>
    public static int MaxDecodedBytes(int coded) => (int)(coded * 8L / 5); // the shortest code has 5 bits

    /// <summary>Decodes a text into <paramref name="output"/>; -1 when the bytes are no text of this code.</summary>
    public static int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var (accumulator, bits, next, written) = (0UL, 0, 0, 0);
        while (true)
        {
            while (bits <= 56 && next < input.Length)
            {
                accumulator = (accumulator << 8) | input[next++];
                bits += 8;
            }

            if (bits == 0)
            {
                return written;
            }

            // The next 32 bits; behind the end, ones.
            var window = bits >= WindowBits
                ? (uint)(accumulator >> (bits - WindowBits))
                : (uint)(accumulator << (WindowBits - bits)) | (uint.MaxValue >> bits);
            var (symbol, length) = Next(window);
            if (length > bits)
            {
                return window == uint.MaxValue && bits < 8 ? written : -1;
            }

            if (symbol == EndOfString)
            {
                return -1;
            }

            output[written++] = (byte)symbol;
            bits -= length;
        }
    }

    private static (int Symbol, int Length) Next(uint window)
    {
        var fast = Fast[window >> (WindowBits - FastBits)];
        if (fast != 0)
        {
            return (fast >> 4, fast & 15);
        }

        for (var length = FastBits + 1; length <= MaxBits; length++)
        {
            var index = (window >> (WindowBits - length)) - FirstCode[length];
            if (index < Counts[length])
            {
                return (Symbols[FirstSymbol[length] + (int)index], length);
            }
        }

        return (EndOfString, MaxBits);
    }

    private static void FillFast(int symbol, int length, uint code)
    {
        if (length <= FastBits)
        {
            var shift = FastBits - length;
            Fast.AsSpan((int)(code << shift), 1 << shift).Fill((ushort)((symbol << 4) | length));
        }
    }
}
