using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Sessions;

/// <summary>One protocol: its number, its table, and how to start a session. One per protocol folder.</summary>
public abstract class ProtocolDefinition
{
    /// <summary>The protocol.</summary>
    public abstract Protocol Protocol { get; }

    /// <summary>Table that its sessions fill.</summary>
    public abstract TableSchema Table { get; }

    /// <summary>Starts the session of one connection.</summary>
    public abstract IProtocolSession CreateSession(SessionContext context);
}
