using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Framing;

/// <summary>What a frame parser tells from the first bytes of a frame.</summary>
/// <param name="Status">Whether a frame can start here.</param>
/// <param name="Length">Bytes of the whole frame, its header included; at least 1 on success.</param>
internal readonly record struct FrameHead(ParseStatus Status, ulong Length)
{
    /// <summary>A valid beginning; more bytes decide.</summary>
    public static FrameHead NeedMoreData => new(ParseStatus.NeedMoreData, 0);

    /// <summary>No frame of this protocol can start like this.</summary>
    public static FrameHead Invalid => new(ParseStatus.Invalid, 0);

    /// <summary>A frame of this many bytes.</summary>
    public static FrameHead Of(ulong length) => new(ParseStatus.Success, length);
}
