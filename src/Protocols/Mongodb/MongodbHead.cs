using System.Buffers.Binary;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Mongodb;

/// <summary>Head of a message of MongoDB.</summary>
/// <remarks>
/// Layout, int32 little endian each: length of the message, these four included; number of the message; number of the
/// message that it answers, 0 in requests; opcode. Source: MongoDB manual, "MongoDB Wire Protocol".
/// </remarks>
internal readonly record struct MongodbHead(int Length, int Id, int Answered, MongodbOpcode Opcode)
{
    /// <summary>Bytes of the head.</summary>
    public const int Bytes = 16;

    private const int MaxLength = 49 << 20; // servers take 48,000,000 bytes

    /// <summary>Reads the head that data begins with.</summary>
    /// <param name="data">The bytes; borrowed.</param>
    /// <param name="isResponse">Which way they go, when it is known.</param>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data, bool? isResponse)
    {
        if (data.Length >= sizeof(int)
            && BinaryPrimitives.ReadInt32LittleEndian(data) is < Bytes or > MaxLength)
        {
            return FrameHead.Invalid;
        }

        if (data.Length < Bytes)
        {
            return FrameHead.NeedMoreData;
        }

        var head = Read(data);
        return head.MayBe(isResponse ?? head.Answered != 0) ? FrameHead.Of((ulong)head.Length) : FrameHead.Invalid;
    }

    /// <summary>The head; the bytes are there and were found right.</summary>
    public static MongodbHead Read(ReadOnlySpan<byte> data) => new(
        BinaryPrimitives.ReadInt32LittleEndian(data),
        BinaryPrimitives.ReadInt32LittleEndian(data[4..]),
        BinaryPrimitives.ReadInt32LittleEndian(data[8..]),
        (MongodbOpcode)BinaryPrimitives.ReadInt32LittleEndian(data[12..]));

    private bool MayBe(bool isResponse) => Opcode switch
    {
        MongodbOpcode.Msg or MongodbOpcode.Compressed => isResponse || Answered == 0,
        MongodbOpcode.Reply => isResponse,
        >= MongodbOpcode.Update and <= MongodbOpcode.KillCursors => !isResponse && Answered == 0,
        _ => false,
    };
}
