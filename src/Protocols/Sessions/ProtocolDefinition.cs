using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Sessions;

/// <summary>One protocol: its number, its table, and how to start a session. One per protocol folder.</summary>
public abstract class ProtocolDefinition
{
    /// <summary>The protocol.</summary>
    public abstract Protocol Protocol { get; }

    /// <summary>Table that its sessions fill.</summary>
    public abstract TableSchema Table { get; }

    /// <summary>
    /// Sides that are traced whatever the settings say: both where one side alone would leave out most of what people
    /// ask (a client of a database or a resolver elsewhere).
    /// </summary>
    public virtual Role AlwaysTraced => Role.None;

    /// <summary>Starts the session of one connection.</summary>
    public abstract IProtocolSession CreateSession(SessionContext context);
}
