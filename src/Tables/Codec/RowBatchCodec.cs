using System.Buffers;
using System.Collections.Immutable;
using K4os.Compression.LZ4;
using MessagePack;
using PixieOrleans.Model;

namespace PixieOrleans.Tables.Codec;

/// <summary>
/// Rows as bytes between nodes: MessagePack with one binary blob per column, compressed when it helps.
/// </summary>
/// <remarks>
/// Outer array: version (2); bytes of the body before compression, or 0 when it is not compressed; body (bin).
/// Body array: rows; columns. Column array: name, type, semantic type, pattern; layout; then its blobs (bin):
/// layout 0 fixed cells; layout 1 offsets (int32, rows + 1) and arena; layout 2 codes (int32, rows), then offsets and
/// arena of the dictionary; layout 3 the least integer (an int, no blob), and what each cell has more in 1, 2 or 4
/// bytes; layout 4 as 2 with codes of 1 or 2 bytes. Numbers inside blobs are little endian. Descriptions of columns do
/// not travel.
/// </remarks>
public static class RowBatchCodec
{
    /// <summary>Bytes that a block between nodes should stay under; see <see cref="Split"/>.</summary>
    public const int MaxBlockBytes = 1 << 20;

    /// <summary>Bytes of a body that is accepted; a longer one is a format error.</summary>
    public const int MaxBodyBytes = 64 << 20;

    internal const int Version = 2;
    internal const int MaxColumns = 1024;
    internal const int MaxNameBytes = 1024;
    private const int CompressFromBytes = 1024; // below, LZ4 saves less than its time
    private const int MaxLz4Ratio = 255; // of the format: one length byte stands for at most 255 bytes

    /// <summary>Encodes a batch; <paramref name="columns"/> are the schema of its columns.</summary>
    public static byte[] Encode(RowBatch batch, ImmutableArray<ColumnSchema> columns)
    {
        if (columns.Length != batch.Columns.Length)
        {
            throw new ArgumentException(
                $"The batch has {batch.Columns.Length} columns, the schema {columns.Length}.", nameof(columns));
        }

        using var body = new PooledBuffer((int)Math.Min(batch.Bytes + 4096, MaxBodyBytes));
        var writer = new MessagePackWriter(body);
        ColumnEncoder.WriteBody(ref writer, batch, columns);
        writer.Flush();
        if (body.Written.Length > MaxBodyBytes)
        {
            throw new ArgumentException($"The batch takes {body.Written.Length} bytes; split it first.", nameof(batch));
        }

        return Wrap(body.Written);
    }

    /// <summary>
    /// Decodes what <see cref="Encode"/> made. The bytes are untrusted; the result holds none of them.
    /// </summary>
    /// <exception cref="FormatException">The bytes are anything else.</exception>
    public static (RowBatch Rows, ImmutableArray<ColumnSchema> Columns) Decode(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            Expect(reader.ReadArrayHeader() == 3, "three parts");
            Expect(reader.ReadInt32() == Version, "version 2");
            var rawBytes = reader.ReadInt32();
            var body = ReadBlob(ref reader);
            Expect(reader.End, "nothing after the body");
            if (rawBytes == 0)
            {
                return ColumnDecoder.ReadBody(body);
            }

            Expect(rawBytes > 0 && rawBytes <= MaxBodyBytes, "an allowed size");
            Expect(rawBytes <= (body.Length + 1L) * MaxLz4Ratio, "a size that the bytes can hold");
            return Decompress(body.Span, rawBytes);
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException or OverflowException
            or ArgumentOutOfRangeException) // a binary value that claims 2 GiB or more
        {
            throw new FormatException("A row batch is malformed: " + e.Message, e);
        }
    }

    /// <summary>Views of a batch that stay under <paramref name="maxBytes"/> each where a row allows it.</summary>
    public static IEnumerable<RowBatch> Split(RowBatch batch, int maxBytes = MaxBlockBytes)
    {
        for (var start = 0; start < batch.Rows;)
        {
            var count = batch.Rows - start;
            var part = batch.Slice(start, count);
            while (count > 1 && part.Bytes > maxBytes)
            {
                count = (int)Math.Clamp(count * (double)maxBytes / part.Bytes * 0.9, 1, count - 1);
                part = batch.Slice(start, count);
            }

            yield return part;
            start += count;
        }
    }

    internal static void Expect(bool condition, string what)
    {
        if (!condition)
        {
            throw new FormatException($"A row batch is malformed: expected {what}.");
        }
    }

    /// <summary>A binary value as a view of the input.</summary>
    internal static ReadOnlyMemory<byte> ReadBlob(ref MessagePackReader reader)
    {
        var blob = reader.ReadBytes();
        Expect(blob.HasValue && blob.Value.IsSingleSegment, "a binary value");
        return blob!.Value.First;
    }

    private static byte[] Wrap(ReadOnlySpan<byte> body)
    {
        var compressed = body.Length >= CompressFromBytes
            ? ArrayPool<byte>.Shared.Rent(LZ4Codec.MaximumOutputSize(body.Length))
            : null;
        try
        {
            var length = compressed is null ? 0 : LZ4Codec.Encode(body, compressed, LZ4Level.L00_FAST);
            var helps = length > 0 && length < body.Length - (body.Length / 8);
            var payload = helps ? compressed.AsSpan(0, length) : body;
            var output = new ArrayBufferWriter<byte>(payload.Length + 32);
            var writer = new MessagePackWriter(output);
            writer.WriteArrayHeader(3);
            writer.Write(Version);
            writer.Write(helps ? body.Length : 0);
            writer.Write(payload);
            writer.Flush();
            return output.WrittenSpan.ToArray();
        }
        finally
        {
            if (compressed is not null)
            {
                ArrayPool<byte>.Shared.Return(compressed);
            }
        }
    }

    private static (RowBatch Rows, ImmutableArray<ColumnSchema> Columns) Decompress(
        ReadOnlySpan<byte> compressed, int rawBytes)
    {
        var raw = ArrayPool<byte>.Shared.Rent(rawBytes);
        try
        {
            Expect(LZ4Codec.Decode(compressed, raw.AsSpan(0, rawBytes)) == rawBytes, "a valid LZ4 block");
            return ColumnDecoder.ReadBody(raw.AsMemory(0, rawBytes));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(raw);
        }
    }
}
