using System.Buffers.Binary;
using System.Text;
using PixieOrleans.Protocols.Cql;

namespace PixieOrleans.Protocols.Tests.Cql;

/// <summary>Messages and segments of CQL made by hand.</summary>
internal static class CqlBytes
{
    /// <summary>Result of a query: nothing.</summary>
    public static byte[] Void { get; } = Int(1);

    public static byte[] Message(int version, int stream, CqlOpcode opcode, byte[] body, CqlFlags flags = 0) =>
        [(byte)version, (byte)flags, .. Short(stream), (byte)opcode, .. Int(body.Length), .. body];

    public static byte[] Request(int stream, CqlOpcode opcode, byte[] body, int version = 4, CqlFlags flags = 0) =>
        Message(version, stream, opcode, body, flags);

    public static byte[] Response(int stream, CqlOpcode opcode, byte[] body, int version = 4, CqlFlags flags = 0) =>
        Message(version | 0x80, stream, opcode, body, flags);

    public static byte[] Query(int stream, string text = "SELECT 1", int version = 4) =>
        Request(stream, CqlOpcode.Query, QueryBody(text, version), version);

    public static byte[] QueryBody(string text, int version = 4) =>
        [.. LongText(text), .. Short(1), .. version >= 5 ? Int(0) : [0]];

    public static byte[] Result(int stream, int version = 4) => Response(stream, CqlOpcode.Result, Void, version);

    public static byte[] Startup(int version, string? compression = null) => Request(
        0, CqlOpcode.Startup,
        compression is null
            ? [.. Short(1), .. Text("CQL_VERSION"), .. Text("3.0.0")]
            : [.. Short(2), .. Text("CQL_VERSION"), .. Text("3.0.0"), .. Text("COMPRESSION"), .. Text(compression)],
        version);

    public static byte[] Ready(int version) => Response(0, CqlOpcode.Ready, [], version);

    /// <summary>A segment without compression.</summary>
    public static byte[] Segment(byte[] payload, bool isWhole = true)
    {
        var head = payload.Length | (isWhole ? 1 << 17 : 0);
        byte[] bytes = [(byte)head, (byte)(head >> 8), (byte)(head >> 16)];
        var crc24 = CqlChecksum.Crc24(bytes);
        var crc32 = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(crc32, CqlChecksum.Crc32(payload));
        return [.. bytes, (byte)crc24, (byte)(crc24 >> 8), (byte)(crc24 >> 16), .. payload, .. crc32];
    }

    public static byte[] Text(string text) => [.. Short(text.Length), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] LongText(string text) => [.. Int(text.Length), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Value(byte[] value) => [.. Int(value.Length), .. value];

    public static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] Int(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
