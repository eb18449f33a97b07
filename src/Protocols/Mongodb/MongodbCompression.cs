using System.Buffers.Binary;
using PixieOrleans.Protocols.Compression;

namespace PixieOrleans.Protocols.Mongodb;

/// <summary>How a message is compressed. Source: MongoDB manual, "OP_COMPRESSED".</summary>
internal enum MongodbCompressor : byte
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>Snappy block.</summary>
    Snappy = 1,

    /// <summary>zlib.</summary>
    Zlib = 2,

    /// <summary>Zstandard; not decoded.</summary>
    Zstd = 3,
}

/// <summary>The part of a compressed message before its data.</summary>
/// <remarks>
/// Layout behind the head: opcode of what is inside, int32; its length without head, int32; compressor, 1 byte.
/// </remarks>
internal readonly record struct MongodbCompressed(MongodbOpcode Opcode, int Length, MongodbCompressor Compressor)
{
    /// <summary>Its bytes.</summary>
    public const int Bytes = 9;

    /// <summary>Reads it; the bytes are there.</summary>
    public static MongodbCompressed Read(ReadOnlySpan<byte> data) => new(
        (MongodbOpcode)BinaryPrimitives.ReadInt32LittleEndian(data),
        BinaryPrimitives.ReadInt32LittleEndian(data[4..]),
        (MongodbCompressor)data[8]);

    /// <summary>Decodes as far as input and output go.</summary>
    public BlockStatus Decode(ReadOnlySpan<byte> data, Span<byte> output, out int written)
    {
        output = output[..Math.Min(Length, output.Length)];
        written = 0;
        switch (Compressor)
        {
            case MongodbCompressor.None:
                written = Math.Min(data.Length, output.Length);
                data[..written].CopyTo(output);
                break;
            case MongodbCompressor.Snappy:
                if (SnappyBlock.Decode(data, output, out written) == BlockStatus.Invalid)
                {
                    return BlockStatus.Invalid;
                }

                break;
            case MongodbCompressor.Zlib:
                if (Inflater.Deflate(data, output, out written) == InflateStatus.Invalid)
                {
                    return BlockStatus.Invalid;
                }

                break;
            default:
                return BlockStatus.Invalid;
        }

        return written == Length ? BlockStatus.Complete : BlockStatus.Partial;
    }
}
