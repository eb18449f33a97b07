namespace PixieOrleans.Protocols.Compression;

/// <summary>How far decoding of a compressed block came.</summary>
internal enum BlockStatus
{
    /// <summary>All of it was decoded.</summary>
    Complete,

    /// <summary>The input ended early or the output is full; the output is the beginning.</summary>
    Partial,

    /// <summary>The input is not of this format; the output is what came before the error.</summary>
    Invalid,
}

/// <summary>
/// Decodes the beginning of an LZ4 block into a given buffer, without allocation: the output is its own window, so the
/// work is bounded by its length.
/// </summary>
/// <remarks>
/// A sequence: token, 1 byte (length of literals, length of the match - 4; 15 goes on in further bytes of up to 255);
/// literals; offset of the match, 2 bytes little endian. The last sequence has literals only. Source: LZ4 block format
/// description.
/// </remarks>
internal static class Lz4Block
{
    private const int LongLength = 15; // further bytes follow
    private const int MinMatchBytes = 4;

    /// <summary>Decodes as far as input and output go.</summary>
    public static BlockStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        written = 0;
        while (!input.IsEmpty)
        {
            var token = input[0];
            input = input[1..];
            if (!ReadLength(token >> 4, ref input, out var literals))
            {
                return BlockStatus.Partial;
            }

            var copied = (int)Math.Min(literals, Math.Min(input.Length, output.Length - written));
            input[..copied].CopyTo(output[written..]);
            written += copied;
            if (copied < literals)
            {
                return BlockStatus.Partial;
            }

            input = input[copied..];
            if (input.IsEmpty)
            {
                return BlockStatus.Complete;
            }

            var status = CopyMatch(token & LongLength, ref input, output, ref written);
            if (status != BlockStatus.Complete)
            {
                return status;
            }
        }

        return BlockStatus.Partial; // a block ends with literals
    }

    private static BlockStatus CopyMatch(
        int shortLength, ref ReadOnlySpan<byte> input, Span<byte> output, ref int written)
    {
        if (input.Length < sizeof(ushort))
        {
            return BlockStatus.Partial;
        }

        var offset = input[0] | (input[1] << 8);
        input = input[sizeof(ushort)..];
        if (offset == 0 || offset > written)
        {
            return BlockStatus.Invalid;
        }

        if (!ReadLength(shortLength, ref input, out var length))
        {
            return BlockStatus.Partial;
        }

        return BlockMatch.Copy(output, ref written, offset, length + MinMatchBytes)
            ? BlockStatus.Complete
            : BlockStatus.Partial;
    }

    private static bool ReadLength(int shortLength, ref ReadOnlySpan<byte> input, out long length)
    {
        length = shortLength;
        if (shortLength < LongLength)
        {
            return true;
        }

        while (!input.IsEmpty)
        {
            var more = input[0];
            input = input[1..];
            length += more;
            if (more != byte.MaxValue)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Repetition of what was decoded before.</summary>
internal static class BlockMatch
{
    /// <summary>Copies from before the end to the end; the two may overlap. False when the output is full.</summary>
    public static bool Copy(Span<byte> output, ref int written, int offset, long length)
    {
        var bytes = (int)Math.Min(length, output.Length - written);
        if (offset >= bytes)
        {
            output.Slice(written - offset, bytes).CopyTo(output[written..]);
            written += bytes;
        }
        else
        {
            for (var i = 0; i < bytes; i++, written++)
            {
                output[written] = output[written - offset];
            }
        }

        return bytes == length;
    }
}
