using System.Buffers.Binary;
using System.Text;
using PixieOrleans.Protocols.Mongodb;

namespace PixieOrleans.Protocols.Tests.Mongodb;

/// <summary>Messages of MongoDB made by hand.</summary>
internal static class MongodbBytes
{
    public const uint Checksum = 1;
    public const uint MoreToCome = 2;
    public const uint ExhaustAllowed = 1 << 16;

    /// <summary>{"ok":1.0}</summary>
    public static byte[] Ok { get; } = Document(Double("ok", 1));

    public static byte[] Message(int id, int answered, MongodbOpcode opcode, byte[] body) =>
        [.. Int(16 + body.Length), .. Int(id), .. Int(answered), .. Int((int)opcode), .. body];

    public static byte[] Msg(int id, int answered, byte[] document, uint flags = 0, byte[]? sequence = null) => Message(
        id, answered, MongodbOpcode.Msg,
        [
            .. Int((int)flags), 0, .. document, .. sequence ?? [],
            .. (flags & Checksum) != 0 ? (byte[])[1, 2, 3, 4] : [],
        ]);

    /// <summary>A command without arguments: {"find":"people"}.</summary>
    public static byte[] Command(int id, string name = "find", uint flags = 0) =>
        Msg(id, 0, Document(String(name, "people")), flags);

    public static byte[] Answer(int id, int answered, uint flags = 0) => Msg(id, answered, Ok, flags);

    /// <summary>Documents that are an argument of a command.</summary>
    public static byte[] Sequence(string name, params byte[][] documents)
    {
        byte[] inside = [.. Encoding.UTF8.GetBytes(name), 0, .. documents.SelectMany(document => document)];
        return [1, .. Int(sizeof(int) + inside.Length), .. inside];
    }

    public static byte[] Document(params byte[][] elements)
    {
        var inside = elements.SelectMany(element => element).ToArray();
        return [.. Int(sizeof(int) + inside.Length + 1), .. inside, 0];
    }

    public static byte[] Element(BsonType type, string name, byte[] value) =>
        [(byte)type, .. Encoding.UTF8.GetBytes(name), 0, .. value];

    public static byte[] String(string name, string value) => Element(
        BsonType.String, name, [.. Int(Encoding.UTF8.GetByteCount(value) + 1), .. Encoding.UTF8.GetBytes(value), 0]);

    public static byte[] Double(string name, double value)
    {
        var bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return Element(BsonType.Double, name, bytes);
    }

    public static byte[] Int32(string name, int value) => Element(BsonType.Int32, name, Int(value));

    public static byte[] Int(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
