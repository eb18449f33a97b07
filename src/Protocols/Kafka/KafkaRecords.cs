using System.Buffers.Binary;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Kafka;

/// <summary>What the heads of record batches tell: how many, and how they are compressed.</summary>
/// <remarks>
/// Layout of a batch: base offset, int64; length of what follows, int32; leader epoch, int32; magic, int8 = 2; CRC,
/// int32; attributes, int16, its low 3 bits the codec; last offset delta, int32; two timestamps, int64; producer id,
/// int64, and epoch, int16; base sequence, int32; count of records, int32; the records. Messages of magic 0 and 1 have
/// no count. Source: Kafka documentation, "Message Format".
/// </remarks>
internal static class KafkaRecords
{
    private const int LengthOffset = 8;
    private const int BodyOffset = 12; // the length counts from here
    private const int MagicOffset = 16;
    private const int AttributesOffset = 21;
    private const int CountOffset = 57;
    private const int HeadLength = 61;
    private const byte Magic = 2;
    private const int CodecMask = 7;

    /// <summary>Appends members about the batches; none when heads of batches may be missing.</summary>
    /// <param name="records">The bytes that are there; borrowed.</param>
    /// <param name="length">How many there should be.</param>
    /// <param name="text">Where the members go.</param>
    public static void Write(ReadOnlySpan<byte> records, int length, CellText text)
    {
        var (batches, count, codec, position) = (0, 0L, 0, 0);
        while (records.Length - position >= HeadLength && records[position + MagicOffset] == Magic)
        {
            var head = records.Slice(position, HeadLength);
            var batch = BinaryPrimitives.ReadInt32BigEndian(head[LengthOffset..]) + (long)BodyOffset;
            if (batch < HeadLength || batch > length - position)
            {
                break; // a broker may cut the last batch of an answer
            }

            batches++;
            count += BinaryPrimitives.ReadInt32BigEndian(head[CountOffset..]);
            codec = BinaryPrimitives.ReadInt16BigEndian(head[AttributesOffset..]) & CodecMask;
            position += (int)batch; // maybe beyond what is there: of the last batch the head is enough
        }

        if (records.Length < length && position < length)
        {
            return;
        }

        if (batches > 0)
        {
            text.Append(",\"batches\":"u8);
            text.Append(batches);
            text.Append(",\"records\":"u8);
            text.Append(count);
            text.Append(",\"compression\":\""u8);
            text.Append(NameOf(codec));
            text.Append("\""u8);
        }
    }

    private static ReadOnlySpan<byte> NameOf(int codec) => codec switch
    {
        0 => "none"u8,
        1 => "gzip"u8,
        2 => "snappy"u8,
        3 => "lz4"u8,
        4 => "zstd"u8,
        _ => "unknown"u8,
    };
}
