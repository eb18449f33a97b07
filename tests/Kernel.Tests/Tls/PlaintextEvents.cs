using System.Text;
using PixieOrleans.Kernel.Tests.Sockets;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>Tells plaintext of a connection from what its socket carries.</summary>
internal static class PlaintextEvents
{
    /// <summary>True for payload that a TLS library handed over.</summary>
    public static bool IsPlaintext(this Recorded data) => data.Data.Flags.HasFlag(ConnectionFlags.Tls);

    /// <summary>Plaintext of a direction, without gaps.</summary>
    public static string Plaintext(this RecordedConnection connection, int direction)
    {
        var plaintext = new RecordedConnection(connection.Id, [.. connection.Data.Where(IsPlaintext)]);
        return Encoding.ASCII.GetString(plaintext.Bytes(direction));
    }
}
