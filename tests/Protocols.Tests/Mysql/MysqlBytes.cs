using System.Text;
using PixieOrleans.Protocols.Mysql;

namespace PixieOrleans.Protocols.Tests.Mysql;

/// <summary>Packets made by hand.</summary>
internal static class MysqlBytes
{
    public static byte[] Ok => Packet(1, [0, 0, 0, 2, 0, 0, 0]);

    public static byte[] Packet(int number, ReadOnlySpan<byte> payload) =>
        [(byte)payload.Length, (byte)(payload.Length >> 8), (byte)(payload.Length >> 16), (byte)number, .. payload];

    public static byte[] Command(MysqlCommand command, ReadOnlySpan<byte> rest = default) =>
        Packet(0, [(byte)command, .. rest]);

    public static byte[] Query(string sql) => Command(MysqlCommand.Query, Encoding.UTF8.GetBytes(sql));

    public static byte[] Error(string message) =>
        Packet(1, [0xff, 0x28, 0x04, .. Encoding.UTF8.GetBytes("#42000" + message)]);

    /// <summary>One column and rows of one letter, with EOF packets.</summary>
    public static byte[] ResultSet(int rows, int status = 2, int number = 1)
    {
        List<byte> bytes =
        [
            .. Packet(number++, [1]),
            .. Packet(number++, [3, .. "def"u8, 0, 0, 0, 1, (byte)'c', 0, 12, .. new byte[12]]),
            .. Eof(number++, status),
        ];
        for (var i = 0; i < rows; i++)
        {
            bytes.AddRange(Packet((byte)number++, [1, (byte)'x']));
        }

        bytes.AddRange(Eof((byte)number, status));
        return [.. bytes];
    }

    public static byte[] Eof(int number, int status = 2) => Packet(number, [0xfe, 0, 0, (byte)status, 0]);

    /// <summary>OK of a prepare without columns; definitions of parameters follow, and EOF.</summary>
    public static byte[] Prepared(byte id, byte parameters)
    {
        List<byte> bytes = [.. Packet(1, [0, id, 0, 0, 0, 0, 0, parameters, 0, 0, 0, 0])];
        for (var i = 0; i < parameters; i++)
        {
            bytes.AddRange(Packet(2 + i, [3, .. "def"u8, 0, 0, 0, 1, (byte)'?', 0, 12, .. new byte[12]]));
        }

        return parameters == 0 ? [.. bytes] : [.. bytes, .. Eof(2 + parameters)];
    }

    public static byte[] Execute(uint id, ReadOnlySpan<byte> rest, byte flags = 0) => Command(
        MysqlCommand.StmtExecute,
        [(byte)id, (byte)(id >> 8), (byte)(id >> 16), (byte)(id >> 24), flags, 1, 0, 0, 0, .. rest]);
}
