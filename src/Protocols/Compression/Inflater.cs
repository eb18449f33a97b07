namespace PixieOrleans.Protocols.Compression;

/// <summary>How far inflating came.</summary>
internal enum InflateStatus
{
    /// <summary>The compressed data ended.</summary>
    Complete,

    /// <summary>The output is full; there is more.</summary>
    OutputFull,

    /// <summary>The input ended early; the output is its beginning.</summary>
    InputEnded,

    /// <summary>The input is not deflate; the output is what came before the error.</summary>
    Invalid,
}

/// <summary>
/// Inflates the beginning of compressed data into a small buffer, without allocation: the output is its own window,
/// so the work is bounded by its length.
/// </summary>
/// <remarks>Source: RFC 1951 (deflate), RFC 1950 (zlib), RFC 1952 (gzip). Checksums are not looked at.</remarks>
internal ref struct Inflater
{
    private const int MaxBits = 15;
    private const int EndOfBlock = 256;

    // Arrays: spans of constants wider than a byte are allocated anew by unoptimised code.
    private static readonly ushort[] LengthBase =
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
         258];

    private static readonly ushort[] DistanceBase =
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
         6145, 8193, 12289, 16385, 24577];

    private readonly ReadOnlySpan<byte> _input;
    private readonly Span<byte> _output;
    private int _next;
    private uint _bits;
    private int _bitCount;
    private int _written;
    private InflateStatus _status;

    private Inflater(ReadOnlySpan<byte> input, Span<byte> output)
    {
        _input = input;
        _output = output;
    }

    private static ReadOnlySpan<byte> LengthBits =>
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    private static ReadOnlySpan<byte> DistanceBits =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    private static ReadOnlySpan<byte> CodeLengthOrder =>
        [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>Inflates a gzip member.</summary>
    public static InflateStatus Gzip(ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        written = 0;
        var known = input[..Math.Min(input.Length, 3)];
        if (!known.SequenceEqual(((ReadOnlySpan<byte>)[0x1f, 0x8b, 8])[..known.Length]))
        {
            return InflateStatus.Invalid;
        }

        var header = GzipHeaderBytes(input);
        return header < 0 ? InflateStatus.InputEnded : Run(input[header..], output, out written);
    }

    /// <summary>Inflates zlib data, or bare deflate when there is no zlib header.</summary>
    public static InflateStatus Deflate(ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        var zlib = input.Length >= 2 && (input[0] & 0x0f) == 8 && ((input[0] << 8) | input[1]) % 31 == 0;
        return Run(zlib ? input[2..] : input, output, out written);
    }

    // Fixed part, then extra field, name, comment and checksum as the flags say; -1 when it is not all there.
    private static int GzipHeaderBytes(ReadOnlySpan<byte> input)
    {
        const int FixedBytes = 10;
        if (input.Length < FixedBytes)
        {
            return -1;
        }

        var flags = input[3];
        var position = FixedBytes;
        if ((flags & 4) != 0)
        {
            if (input.Length < position + 2)
            {
                return -1;
            }

            position += 2 + input[position] + (input[position + 1] << 8);
        }

        for (var texts = ((flags >> 3) & 1) + ((flags >> 4) & 1); texts > 0; texts--)
        {
            var end = position < input.Length ? input[position..].IndexOf((byte)0) : -1;
            if (end < 0)
            {
                return -1;
            }

            position += end + 1;
        }

        position += (flags & 2) != 0 ? 2 : 0;
        return position <= input.Length ? position : -1;
    }

    private static InflateStatus Run(ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        var inflater = new Inflater(input, output);
        inflater.InflateBlocks();
        written = inflater._written;
        return inflater._status;
    }

    private void InflateBlocks()
    {
        var last = false;
        while (!last && _status == InflateStatus.Complete)
        {
            last = Bits(1) == 1;
            switch (Bits(2))
            {
                case 0:
                    CopyStored();
                    break;
                case 1:
                    InflateFixed();
                    break;
                case 2:
                    InflateDynamic();
                    break;
                default:
                    Stop(InflateStatus.Invalid);
                    break;
            }
        }
    }

    private void CopyStored()
    {
        (_bits, _bitCount) = (0, 0);
        if (_next + 4 > _input.Length)
        {
            Stop(InflateStatus.InputEnded);
            return;
        }

        var length = _input[_next] | (_input[_next + 1] << 8);
        if (length != (ushort)~(_input[_next + 2] | (_input[_next + 3] << 8)))
        {
            Stop(InflateStatus.Invalid);
            return;
        }

        _next += 4;
        var copied = Math.Min(length, Math.Min(_input.Length - _next, _output.Length - _written));
        _input.Slice(_next, copied).CopyTo(_output[_written..]);
        _next += copied;
        _written += copied;
        if (copied < length)
        {
            Stop(_written == _output.Length ? InflateStatus.OutputFull : InflateStatus.InputEnded);
        }
    }

    private void InflateFixed()
    {
        Span<byte> lengths = stackalloc byte[288];
        lengths[..144].Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        lengths[280..].Fill(8);
        Span<byte> distances = stackalloc byte[30];
        distances.Fill(5);
        InflateSymbols(lengths, distances);
    }

    private void InflateDynamic()
    {
        var (literals, distances, codes) = (Bits(5) + 257, Bits(5) + 1, Bits(4) + 4);
        if (literals > 286 || distances > 30)
        {
            Stop(InflateStatus.Invalid);
            return;
        }

        Span<byte> lengths = stackalloc byte[320];
        lengths.Clear();
        for (var i = 0; i < codes; i++)
        {
            lengths[CodeLengthOrder[i]] = (byte)Bits(3);
        }

        Span<ushort> counts = stackalloc ushort[MaxBits + 1];
        Span<ushort> symbols = stackalloc ushort[19];
        Build(lengths[..19], counts, symbols);
        lengths.Clear();
        for (var i = 0; i < literals + distances && _status == InflateStatus.Complete;)
        {
            i = ReadLengths(lengths[..(literals + distances)], i, Symbol(counts, symbols));
        }

        if (_status == InflateStatus.Complete)
        {
            InflateSymbols(lengths[..literals], lengths.Slice(literals, distances));
        }
    }

    // One code length, or a run of the previous one or of zeros.
    private int ReadLengths(scoped Span<byte> lengths, int at, int symbol)
    {
        if (symbol < 16)
        {
            lengths[at] = (byte)Math.Max(symbol, 0);
            return at + 1;
        }

        var value = symbol == 16 && at > 0 ? lengths[at - 1] : (byte)0;
        var run = symbol == 16 ? 3 + Bits(2) : symbol == 17 ? 3 + Bits(3) : 11 + Bits(7);
        if (at + run > lengths.Length || (symbol == 16 && at == 0))
        {
            Stop(InflateStatus.Invalid);
            return lengths.Length;
        }

        lengths.Slice(at, run).Fill(value);
        return at + run;
    }

    private void InflateSymbols(scoped ReadOnlySpan<byte> literalLengths, scoped ReadOnlySpan<byte> distanceLengths)
    {
        Span<ushort> literalCounts = stackalloc ushort[MaxBits + 1];
        Span<ushort> literals = stackalloc ushort[288];
        Span<ushort> distanceCounts = stackalloc ushort[MaxBits + 1];
        Span<ushort> distances = stackalloc ushort[30];
        Build(literalLengths, literalCounts, literals);
        Build(distanceLengths, distanceCounts, distances);
        while (_status == InflateStatus.Complete)
        {
            var symbol = Symbol(literalCounts, literals);
            if (symbol == EndOfBlock || _status != InflateStatus.Complete)
            {
                return;
            }

            if (_written == _output.Length)
            {
                Stop(InflateStatus.OutputFull);
            }
            else if (symbol < EndOfBlock)
            {
                _output[_written++] = (byte)symbol;
            }
            else
            {
                CopyBack(symbol - EndOfBlock - 1, distanceCounts, distances);
            }
        }
    }

    private void CopyBack(int length, scoped ReadOnlySpan<ushort> counts, scoped ReadOnlySpan<ushort> symbols)
    {
        if (length >= LengthBase.Length)
        {
            Stop(InflateStatus.Invalid);
            return;
        }

        var bytes = LengthBase[length] + Bits(LengthBits[length]);
        var code = Symbol(counts, symbols);
        if (_status != InflateStatus.Complete)
        {
            return;
        }

        var distance = DistanceBase[code] + Bits(DistanceBits[code]);
        if (_status != InflateStatus.Complete || distance > _written)
        {
            Stop(InflateStatus.Invalid);
            return;
        }

        for (; bytes > 0 && _written < _output.Length; bytes--)
        {
            _output[_written] = _output[_written - distance];
            _written++;
        }

        if (bytes > 0)
        {
            Stop(InflateStatus.OutputFull);
        }
    }

    // Counts of codes per length, and symbols ordered by code: enough to decode canonical Huffman codes.
    private static void Build(ReadOnlySpan<byte> lengths, Span<ushort> counts, Span<ushort> symbols)
    {
        counts.Clear();
        foreach (var length in lengths)
        {
            counts[length]++;
        }

        counts[0] = 0;
        Span<ushort> offsets = stackalloc ushort[MaxBits + 2];
        offsets.Clear();
        for (var i = 1; i <= MaxBits; i++)
        {
            offsets[i + 1] = (ushort)(offsets[i] + counts[i]);
        }

        for (var i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] != 0)
            {
                symbols[offsets[lengths[i]]++] = (ushort)i;
            }
        }
    }

    private int Symbol(scoped ReadOnlySpan<ushort> counts, scoped ReadOnlySpan<ushort> symbols)
    {
        var (code, first, index) = (0, 0, 0);
        for (var length = 1; length <= MaxBits; length++)
        {
            code |= Bits(1);
            if (_status != InflateStatus.Complete)
            {
                return -1;
            }

            var count = counts[length];
            if (code - count < first)
            {
                return symbols[index + (code - first)];
            }

            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }

        Stop(InflateStatus.Invalid);
        return -1;
    }

    private int Bits(int count)
    {
        while (_bitCount < count)
        {
            if (_next == _input.Length)
            {
                Stop(InflateStatus.InputEnded);
                return 0;
            }

            _bits |= (uint)_input[_next++] << _bitCount;
            _bitCount += 8;
        }

        var value = (int)(_bits & ((1u << count) - 1));
        _bits >>= count;
        _bitCount -= count;
        return value;
    }

    private void Stop(InflateStatus status)
    {
        if (_status == InflateStatus.Complete)
        {
            _status = status;
        }
    }
}
