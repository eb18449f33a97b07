using System.Text;
using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Sockets.Ingest;

/// <summary>Something that a shard wants people to know; becomes a row of probe_status or stirling_error.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Protocol">What it was taken for.</param>
/// <param name="Peer">Address and port of its other end; empty when not known.</param>
/// <param name="Error">What happened.</param>
/// <param name="IsFault">True for a defect of ours, false for traffic that was not what it seemed.</param>
internal sealed record ShardNotice(
    KernelConnectionId Id, Protocol Protocol, string Peer, string Error, bool IsFault);

/// <summary>Notices of one shard; beyond the capacity they are counted only.</summary>
internal sealed class ShardNotices
{
    private const int Capacity = 16; // per look of the housekeeping, about a second

    private readonly Lock _gate = new();
    private List<ShardNotice> _notices = [];
    private long _suppressed;

    /// <summary>Adds a notice or counts it.</summary>
    public void Add(Connection connection, string error, bool isFault)
    {
        lock (_gate)
        {
            if (_notices.Count < Capacity)
            {
                _notices.Add(new ShardNotice(
                    connection.Id, (Protocol)connection.Protocol, PeerOf(connection), error, isFault));
            }
            else
            {
                _suppressed++;
            }
        }
    }

    /// <summary>Takes all notices and the number of suppressed ones.</summary>
    public (IReadOnlyList<ShardNotice> Notices, long Suppressed) Take()
    {
        lock (_gate)
        {
            var taken = ((IReadOnlyList<ShardNotice>)_notices, _suppressed);
            if (_notices.Count > 0)
            {
                _notices = [];
            }

            _suppressed = 0;
            return taken;
        }
    }

    private static string PeerOf(Connection connection)
    {
        if (!connection.HasAddresses)
        {
            return "";
        }

        Span<byte> text = stackalloc byte[Endpoint.MaxAddressTextBytes];
        var address = Encoding.UTF8.GetString(text[..connection.Remote.FormatAddress(text)]);
        return address.Contains(':', StringComparison.Ordinal)
            ? $"[{address}]:{connection.Remote.Port}"
            : $"{address}:{connection.Remote.Port}";
    }
}
