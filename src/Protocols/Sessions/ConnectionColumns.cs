using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Sessions;

/// <summary>The eight columns that the tables of protocols begin with: time, process, both ends, side, encryption.
/// </summary>
public static class ConnectionColumns
{
    /// <summary>The columns, in the order in which <see cref="Write"/> writes them.</summary>
    public static ImmutableArray<ColumnSchema> Schema { get; } =
    [
        new("time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
            "Record timestamp, UNIX nanoseconds."),
        new("upid", DataType.UInt128, SemanticType.Upid, PatternType.General,
            "Cluster-wide unique process id (ASID, PID, start ticks packed into 128 bits)."),
        new("remote_addr", DataType.String, SemanticType.IpAddress, PatternType.General, "IP of the peer."),
        new("remote_port", DataType.Int64, SemanticType.Port, PatternType.General, "TCP/UDP port of the peer."),
        new("local_addr", DataType.String, SemanticType.IpAddress, PatternType.General,
            "IP of this side of the connection."),
        new("local_port", DataType.Int64, SemanticType.Port, PatternType.General,
            "Port of this side of the connection."),
        new("trace_role", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
            "Which side was traced: 1 client, 2 server, 4 unknown."),
        new("encrypted", DataType.Boolean, SemanticType.None, PatternType.GeneralEnum,
            "True when the bytes were captured inside a TLS library."),
    ];

    /// <summary>Writes the first cells of a row.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="addresses">Its addresses, brought up to date here.</param>
    /// <param name="timeNs">Time of the row, ns since 1970.</param>
    public static void Write(SessionContext context, ref ConnectionAddresses addresses, long timeNs)
    {
        WriteUnencrypted(context, ref addresses, timeNs);
        context.Rows.WriteBoolean(context.Encrypted);
    }

    /// <summary>As <see cref="Write"/>, without the last of the columns.</summary>
    public static void WriteUnencrypted(SessionContext context, ref ConnectionAddresses addresses, long timeNs)
    {
        addresses.Update(context);
        var rows = context.Rows;
        rows.WriteInt64(timeNs);
        rows.WriteUInt128(context.Id.Upid.ToUInt128());
        rows.WriteString(addresses.Remote);
        rows.WriteInt64(context.Remote.Port);
        rows.WriteString(addresses.Local);
        rows.WriteInt64(context.Local.Port);
        rows.WriteInt64((long)(context.Role == Role.None ? Role.Unknown : context.Role));
    }
}

/// <summary>Texts of a connection's addresses, made once. A session holds one.</summary>
public struct ConnectionAddresses
{
    private Endpoint _remoteOf;
    private Endpoint _localOf;

    /// <summary>Text of the peer's.</summary>
    public byte[]? Remote { get; private set; }

    /// <summary>Text of the own.</summary>
    public byte[]? Local { get; private set; }

    /// <summary>Makes them again when an endpoint changed.</summary>
    public void Update(SessionContext context)
    {
        if (Remote is null || _remoteOf != context.Remote)
        {
            _remoteOf = context.Remote;
            Remote = Format(_remoteOf);
        }

        if (Local is null || _localOf != context.Local)
        {
            _localOf = context.Local;
            Local = Format(_localOf);
        }
    }

    private static byte[] Format(Endpoint endpoint)
    {
        Span<byte> text = stackalloc byte[Endpoint.MaxAddressTextBytes];
        return text[..endpoint.FormatAddress(text)].ToArray();
    }
}
