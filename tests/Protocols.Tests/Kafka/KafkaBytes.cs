using System.Buffers.Binary;
using System.Text;
using PixieOrleans.Protocols.Kafka;

namespace PixieOrleans.Protocols.Tests.Kafka;

/// <summary>Frames of Kafka made by hand.</summary>
internal static class KafkaBytes
{
    /// <summary>Topic, partition and offset as an OffsetCommit of version 0 has them.</summary>
    public static byte[] Commit { get; } =
    [
        .. Text("g"), .. Int(1), .. Text("orders"), .. Int(1), .. Int(3), .. Long(77), .. Text("meta"),
    ];

    /// <summary>The answer to it.</summary>
    public static byte[] Committed { get; } = [.. Int(1), .. Text("orders"), .. Int(1), .. Int(3), .. Short(0)];

    public static byte[] Request(KafkaApi api, int version, int correlation, byte[] body, string client = "me") =>
        Framed([.. Short((int)api), .. Short(version), .. Int(correlation), .. Text(client), .. body]);

    public static byte[] Response(int correlation, byte[] body) => Framed([.. Int(correlation), .. body]);

    public static byte[] OffsetCommit(int correlation) => Request(KafkaApi.OffsetCommit, 0, correlation, Commit);

    public static byte[] OffsetCommitted(int correlation) => Response(correlation, Committed);

    /// <summary>Produce of version 3 to one partition.</summary>
    public static byte[] Produce(int correlation, int acks, int recordBytes) => Request(
        KafkaApi.Produce, 3, correlation,
        [
            .. Short(-1), .. Short(acks), .. Int(1500), .. Int(1), .. Text("orders"), .. Int(1), .. Int(0),
            .. Int(recordBytes), .. new byte[recordBytes],
        ]);

    public static byte[] Text(string text) => [.. Short(text.Length), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Short(int value)
    {
        var bytes = new byte[sizeof(short)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, (short)value);
        return bytes;
    }

    public static byte[] Int(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Long(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Framed(byte[] rest) => [.. Int(rest.Length), .. rest];
}
