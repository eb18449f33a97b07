namespace PixieOrleans.Protocols.Sessions;

/// <summary>What a frame parser found at the head of its data.</summary>
public enum ParseStatus
{
    /// <summary>A whole frame.</summary>
    Success,

    /// <summary>A valid beginning; more bytes decide.</summary>
    NeedMoreData,

    /// <summary>No frame of this protocol can start like this; look for the next boundary.</summary>
    Invalid,
}
