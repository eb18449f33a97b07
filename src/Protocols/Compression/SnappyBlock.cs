namespace PixieOrleans.Protocols.Compression;

/// <summary>
/// Decodes the beginning of a Snappy block into a given buffer, without allocation: the output is its own window, so
/// the work is bounded by its length.
/// </summary>
/// <remarks>
/// Length of the output, a number of 7 bits per byte; then elements. Two low bits of an element's first byte: 0
/// literals, 1 to 3 a copy with an offset of 11, 16 or 32 bits. Source: Snappy compressed format description.
/// </remarks>
internal static class SnappyBlock
{
    private const int MaxLengthBytes = 5;
    private const int LongLiteral = 60; // from here on 1 to 4 bytes of length follow

    /// <summary>Decodes as far as input and output go.</summary>
    public static BlockStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        written = 0;
        var status = ReadLength(ref input, out var length);
        if (status != BlockStatus.Complete)
        {
            return status;
        }

        var isWhole = length <= (ulong)output.Length;
        output = isWhole ? output[..(int)length] : output;
        while (status == BlockStatus.Complete && !input.IsEmpty)
        {
            status = (input[0] & 3) == 0
                ? CopyLiterals(ref input, output, ref written)
                : CopyBack(ref input, output, ref written);
        }

        return status != BlockStatus.Complete ? status
            : isWhole && written == output.Length ? BlockStatus.Complete
            : BlockStatus.Partial;
    }

    /// <summary>Reads the length of the output off the input.</summary>
    public static BlockStatus ReadLength(ref ReadOnlySpan<byte> input, out ulong length)
    {
        length = 0;
        for (var i = 0; i < MaxLengthBytes; i++)
        {
            if (i == input.Length)
            {
                return BlockStatus.Partial;
            }

            length |= (ulong)(input[i] & 0x7f) << (7 * i);
            if (input[i] < 0x80)
            {
                input = input[(i + 1)..];
                return length <= uint.MaxValue ? BlockStatus.Complete : BlockStatus.Invalid;
            }
        }

        return BlockStatus.Invalid;
    }

    private static BlockStatus CopyLiterals(ref ReadOnlySpan<byte> input, Span<byte> output, ref int written)
    {
        var length = (long)(input[0] >> 2);
        input = input[1..];
        if (length >= LongLiteral)
        {
            var bytes = (int)length - LongLiteral + 1;
            if (input.Length < bytes)
            {
                return BlockStatus.Partial;
            }

            length = ReadNumber(input[..bytes]);
            input = input[bytes..];
        }

        length++;
        var copied = (int)Math.Min(length, Math.Min(input.Length, output.Length - written));
        input[..copied].CopyTo(output[written..]);
        input = input[copied..];
        written += copied;
        return copied == length ? BlockStatus.Complete : BlockStatus.Partial;
    }

    private static BlockStatus CopyBack(ref ReadOnlySpan<byte> input, Span<byte> output, ref int written)
    {
        var tag = input[0];
        var offsetBytes = (tag & 3) == 3 ? sizeof(uint) : tag & 3;
        if (input.Length <= offsetBytes)
        {
            return BlockStatus.Partial;
        }

        var offset = ReadNumber(input.Slice(1, offsetBytes));
        var length = (tag >> 2) + 1;
        if (offsetBytes == 1)
        {
            offset |= (long)(tag >> 5) << 8;
            length = ((tag >> 2) & 7) + 4;
        }

        input = input[(1 + offsetBytes)..];
        if (offset == 0 || offset > written)
        {
            return BlockStatus.Invalid;
        }

        return BlockMatch.Copy(output, ref written, (int)offset, length) ? BlockStatus.Complete : BlockStatus.Partial;
    }

    private static long ReadNumber(ReadOnlySpan<byte> bytes)
    {
        var number = 0L;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            number = (number << 8) | bytes[i];
        }

        return number;
    }
}
