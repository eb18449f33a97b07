using System.Buffers.Binary;
using PixieOrleans.Protocols.Compression;

namespace PixieOrleans.Protocols.Cql;

/// <summary>How bodies of versions 3 and 4 are compressed; a connection agrees on it when it begins.</summary>
internal enum CqlCompression : byte
{
    /// <summary>The beginning of the connection was not seen.</summary>
    Unknown,

    /// <summary>LZ4 blocks behind the length of what they hold.</summary>
    Lz4,

    /// <summary>Snappy blocks.</summary>
    Snappy,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>Decodes compressed bodies.</summary>
internal static class CqlCompressions
{
    private static ReadOnlySpan<byte> Option => "COMPRESSION"u8;

    /// <summary>What the body of STARTUP asks for; names are written in any case.</summary>
    public static CqlCompression Read(ReadOnlySpan<byte> startup)
    {
        var reader = new CqlReader(startup);
        for (var count = reader.ReadShort(); count > 0 && !reader.IsStopped; count--)
        {
            var name = reader.ReadString();
            var value = reader.ReadString();
            if (!reader.IsStopped && name.SequenceEqual(Option))
            {
                return System.Text.Ascii.EqualsIgnoreCase(value, "lz4"u8) ? CqlCompression.Lz4
                    : System.Text.Ascii.EqualsIgnoreCase(value, "snappy"u8) ? CqlCompression.Snappy
                    : CqlCompression.Other;
            }
        }

        return CqlCompression.Other;
    }

    /// <summary>Decodes as far as input and output go.</summary>
    public static BlockStatus Decode(
        CqlCompression compression, ReadOnlySpan<byte> body, Span<byte> output, out int written)
    {
        switch (compression)
        {
            case CqlCompression.Lz4:
                return DecodeLz4(body, output, out written);
            case CqlCompression.Snappy:
                return SnappyBlock.Decode(body, output, out written);
            case CqlCompression.Unknown when LooksLikeLz4(body):
                return DecodeLz4(body, output, out written);
            case CqlCompression.Unknown:
                return SnappyBlock.Decode(body, output, out written);
            default:
                written = 0;
                return BlockStatus.Invalid;
        }
    }

    // No body is longer than 256 MiB, so its length begins with 0; a snappy block that does is an empty one.
    private static bool LooksLikeLz4(ReadOnlySpan<byte> body) => body.Length > sizeof(int) && body[0] == 0;

    private static BlockStatus DecodeLz4(ReadOnlySpan<byte> body, Span<byte> output, out int written)
    {
        written = 0;
        if (body.Length < sizeof(int))
        {
            return BlockStatus.Partial;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(body);
        var status = Lz4Block.Decode(body[sizeof(int)..], output, out written);
        return status == BlockStatus.Complete && (uint)written != length ? BlockStatus.Invalid : status;
    }
}
