using System.Buffers.Binary;
using System.Text;

namespace PixieOrleans.Protocols.Tests.Dns;

/// <summary>Messages of DNS, made by hand.</summary>
internal static class DnsBytes
{
    public const ushort Query = 0x0100;
    public const ushort Answer = 0x8180;

    /// <summary>A question for the address of a name.</summary>
    public static byte[] Ask(int id, string name = "a.test", ushort flags = Query) =>
        [.. Header(id, flags, 1), .. Name(name), 0, 1, 0, 1];

    /// <summary>An answer to it, with one address.</summary>
    public static byte[] Reply(int id, string name = "a.test", byte last = 1) =>
    [
        .. Header(id, Answer, 1, 1), .. Name(name), 0, 1, 0, 1,
        0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, last,
    ];

    /// <summary>An answer with a record of any type and data.</summary>
    public static byte[] Reply(int id, ushort type, byte[] data, string name = "a.test") =>
    [
        .. Header(id, Answer, 1, 1), .. Name(name), 0, 1, 0, 1,
        0xc0, 12, .. Short(type), 0, 1, 0, 0, 0, 60, .. Short(data.Length), .. data,
    ];

    /// <summary>The message behind its length, as on TCP.</summary>
    public static byte[] OnStream(params byte[][] messages) =>
        [.. messages.SelectMany(message => (byte[])[.. Short(message.Length), .. message])];

    public static byte[] Header(int id, ushort flags, int questions, int answers = 0, int additionals = 0) =>
        [.. Short(id), .. Short(flags), .. Short(questions), .. Short(answers), 0, 0, .. Short(additionals)];

    public static byte[] Name(string name) =>
    [
        .. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.UTF8.GetBytes(label)]), 0,
    ];

    private static byte[] Short(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
