namespace PixieOrleans.Protocols.Recognition;

/// <summary>What first bytes are; the numbers of enum pxo_message.</summary>
public enum MessageKind
{
    /// <summary>Nothing that is known.</summary>
    None = 0,

    /// <summary>A request: its sender is the client.</summary>
    Request = 1,

    /// <summary>A response: its sender is the server.</summary>
    Response = 2,

    /// <summary>The protocol is known, the side is not.</summary>
    Either = 3,
}
