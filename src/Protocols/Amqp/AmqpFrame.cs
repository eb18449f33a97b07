using System.Buffers.Binary;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Amqp;

/// <summary>A frame of AMQP 0-9-1; its payload is borrowed.</summary>
/// <remarks>
/// Layout: type, 1 byte; channel, uint16 big endian; size of the payload, uint32 big endian; payload; 0xCE. A method's
/// payload begins with class and method, uint16 each; a content header's with its class. A connection begins with
/// "AMQP", 0, 0, 9, 1 of the client. Source: AMQP 0-9-1 specification, "General Frame Format".
/// </remarks>
internal readonly ref struct AmqpFrame
{
    /// <summary>Type of a method.</summary>
    public const byte Method = 1;

    /// <summary>Type of a content header.</summary>
    public const byte Header = 2;

    /// <summary>Type of a piece of a content.</summary>
    public const byte Body = 3;

    /// <summary>Type of a heartbeat.</summary>
    public const byte Heartbeat = 8;

    /// <summary>Ends every frame.</summary>
    public const byte End = 0xce;

    private const int HeadLength = 7;
    private const int GreetingLength = 8;
    private const int MethodHeadLength = 4;
    private const int ContentHeadLength = 14;
    private const uint MaxSize = 64 << 20; // bytes; a longer frame means the traffic is not AMQP

    private AmqpFrame(ReadOnlySpan<byte> frame)
    {
        Type = frame[0];
        Channel = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]);
        Size = BinaryPrimitives.ReadUInt32BigEndian(frame[3..]);
        Payload = frame[HeadLength..(int)Math.Min((uint)frame.Length, HeadLength + Size)];
    }

    /// <summary>Kind of frame.</summary>
    public byte Type { get; }

    /// <summary>Channel within the connection.</summary>
    public ushort Channel { get; }

    /// <summary>Bytes of the payload.</summary>
    public uint Size { get; }

    /// <summary>What is known of the payload.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    private static ReadOnlySpan<byte> Greeting => "AMQP\0\0\x09\x01"u8;

    /// <summary>Whether these bytes are the first ones of a client, or the beginning of them.</summary>
    public static bool IsGreeting(ReadOnlySpan<byte> data) =>
        data[..Math.Min(data.Length, GreetingLength)].SequenceEqual(Greeting[..Math.Min(data.Length, GreetingLength)]);

    /// <summary>Reads the head at the beginning of <paramref name="data"/>.</summary>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data)
    {
        if (IsGreeting(data))
        {
            return data.Length < GreetingLength ? FrameHead.NeedMoreData : FrameHead.Of(GreetingLength);
        }

        if (data[0] is not (Method or Header or Body or Heartbeat))
        {
            return FrameHead.Invalid;
        }

        if (data.Length < HeadLength)
        {
            return FrameHead.NeedMoreData;
        }

        var size = BinaryPrimitives.ReadUInt32BigEndian(data[3..]);
        var fits = data[0] switch
        {
            Method => size is >= MethodHeadLength and <= MaxSize,
            Header => size is >= ContentHeadLength and <= MaxSize,
            Body => size <= MaxSize,
            _ => size == 0,
        };
        var end = HeadLength + (ulong)size;
        return !fits || ((ulong)data.Length > end && data[(int)end] != End)
            ? FrameHead.Invalid
            : FrameHead.Of(end + 1);
    }

    /// <summary>Whether a frame surely begins here, in the middle of a stream: a known method, or its end is seen.
    /// </summary>
    public static bool IsBoundary(ReadOnlySpan<byte> data)
    {
        var head = ReadHead(data);
        if (head.Status != ParseStatus.Success)
        {
            return false;
        }

        if (IsGreeting(data) || data[0] != Method)
        {
            return (ulong)data.Length >= head.Length;
        }

        return data.Length >= HeadLength + MethodHeadLength
            && AmqpMethod.Find(
                BinaryPrimitives.ReadUInt16BigEndian(data[HeadLength..]),
                BinaryPrimitives.ReadUInt16BigEndian(data[(HeadLength + sizeof(ushort))..])) is not null;
    }

    /// <summary>Reads a frame whose head is valid and which is no greeting; false when its numbers were not captured.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out AmqpFrame frame)
    {
        frame = new AmqpFrame(bytes);
        return frame.Payload.Length >= frame.Type switch
        {
            Method => MethodHeadLength,
            Header => ContentHeadLength,
            _ => 0,
        };
    }
}
