using System.Buffers.Binary;
using System.Collections.Frozen;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Mux;

/// <summary>Head of a frame of Mux, the session protocol of Finagle.</summary>
/// <remarks>
/// Layout: length, int32 big endian, not counting itself; type, int8: positive from the client, negative from the
/// server; tag, 24 bits big endian; body. Source: Finagle documentation, "Protocols: Mux".
/// </remarks>
internal readonly record struct MuxFrame(MuxType Type, int Tag)
{
    private const int HeaderLength = 8;
    private const int MaxLength = 64 << 20; // bytes; a longer frame means the traffic is not Mux

    private static readonly FrozenSet<MuxType> Types = Enum.GetValues<MuxType>().ToFrozenSet();

    /// <summary>Reads the head at the beginning of <paramref name="data"/>.</summary>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data)
    {
        if (data.Length < HeaderLength)
        {
            return FrameHead.NeedMoreData;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(data);
        return length < HeaderLength - sizeof(int) || length > MaxLength || !Types.Contains((MuxType)(sbyte)data[4])
            ? FrameHead.Invalid
            : FrameHead.Of(sizeof(int) + (ulong)length);
    }

    /// <summary>Reads type and tag of a frame whose head is valid.</summary>
    public static MuxFrame Parse(ReadOnlySpan<byte> frame)
    {
        var word = BinaryPrimitives.ReadUInt32BigEndian(frame[sizeof(int)..]);
        return new MuxFrame((MuxType)(sbyte)(word >> 24), (int)(word & 0xffffff));
    }
}

/// <summary>Message types of Mux; requests are positive, except for the two of old versions.</summary>
internal enum MuxType : sbyte
{
    /// <summary>Request without context.</summary>
    Treq = 1,

    /// <summary>Answer to Treq.</summary>
    Rreq = -1,

    /// <summary>Request.</summary>
    Tdispatch = 2,

    /// <summary>Answer to Tdispatch.</summary>
    Rdispatch = -2,

    /// <summary>The peer should send no more requests.</summary>
    Tdrain = 64,

    /// <summary>Answer to Tdrain.</summary>
    Rdrain = -64,

    /// <summary>Are you there.</summary>
    Tping = 65,

    /// <summary>Answer to Tping.</summary>
    Rping = -65,

    /// <summary>The answer to a request is not wanted any more.</summary>
    Tdiscarded = 66,

    /// <summary>Answer to Tdiscarded.</summary>
    Rdiscarded = -66,

    /// <summary>The peer may send requests for some time; has no answer.</summary>
    Tlease = 67,

    /// <summary>Begin of a session.</summary>
    Tinit = 68,

    /// <summary>Answer to Tinit.</summary>
    Rinit = -68,

    /// <summary>Answer to a request that failed.</summary>
    Rerr = -128,

    /// <summary>The same of old versions, which also begin a session with it, in both directions.</summary>
    RerrOld = 127,

    /// <summary>Tdiscarded of old versions.</summary>
    TdiscardedOld = -62,
}
