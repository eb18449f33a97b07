using PixieOrleans.Model;
using PixieOrleans.Protocols.ConnStats;
using PixieOrleans.Replay.Connections;

namespace PixieOrleans.Replay.ConnStats;

/// <summary>Bytes and connections per server and peer: the rows of conn_stats, those that changed every ten seconds.
/// </summary>
/// <param name="rows">Writer of <see cref="ConnStatsTable"/>.</param>
/// <param name="servers">What stands for processes.</param>
internal sealed class PeerTable(IRowWriter rows, ServerNumbers servers)
{
    private const int MaxEntries = 65_536;
    private const long IntervalNs = 10_000_000_000;

    private readonly Dictionary<PeerKey, PeerTotals> _totals = [];
    private long _writtenNs;

    /// <summary>Connections that are not counted: too many peers.</summary>
    public long Uncounted { get; private set; }

    /// <summary>Takes note of what a connection moved; its server must be known.</summary>
    public void Count(CapturedConnection connection)
    {
        if (connection.Server is not { } server || (connection.Totals ?? Find(connection, server)) is not { } totals)
        {
            return;
        }

        connection.Totals = totals;
        var (first, second) = (connection.Total(0), connection.Total(1));
        var (sent, received) = (first - connection.Counted.First, second - connection.Counted.Second);
        connection.Counted = (first, second);
        (sent, received) = server == 0 ? (sent, received) : (received, sent);
        totals.IsChanged |= (sent | received) != 0 || totals.Protocol != connection.Protocol;
        totals.BytesSent += (long)sent;
        totals.BytesReceived += (long)received;
        if (connection.Protocol != Protocol.Unknown)
        {
            totals.Protocol = connection.Protocol;
        }
    }

    /// <summary>A connection ended.</summary>
    public void Close(CapturedConnection connection)
    {
        connection.GuessServer();
        Count(connection);
        if (connection.Totals is { } totals)
        {
            totals.Closed++;
            totals.IsChanged = true;
        }
    }

    /// <summary>Writes the rows that changed, every ten seconds.</summary>
    public void Tick(long nowNs)
    {
        if (nowNs - _writtenNs >= IntervalNs)
        {
            Write(nowNs);
        }
    }

    /// <summary>Writes the rows that changed.</summary>
    public void Write(long nowNs)
    {
        _writtenNs = nowNs;
        foreach (var totals in _totals.Values)
        {
            if (totals.IsChanged)
            {
                totals.IsChanged = false;
                WriteRow(totals, nowNs);
            }
        }
    }

    private PeerTotals? Find(CapturedConnection connection, int server)
    {
        var key = new PeerKey(connection.Key.End(server), connection.Key.End(1 - server) with { Port = 0 });
        if (!_totals.TryGetValue(key, out var totals))
        {
            if (_totals.Count >= MaxEntries)
            {
                Uncounted++;
                return null;
            }

            totals = new PeerTotals(key, servers.UpidOf(key.Server));
            _totals.Add(key, totals);
        }

        totals.Opened++;
        totals.IsChanged = true;
        return totals;
    }

    private void WriteRow(PeerTotals totals, long nowNs)
    {
        var client = totals.Key.Client;
        Span<byte> address = stackalloc byte[Endpoint.MaxAddressTextBytes];
        rows.WriteInt64(nowNs);
        rows.WriteUInt128(totals.Upid.ToUInt128());
        rows.WriteString(address[..client.FormatAddress(address)]);
        rows.WriteInt64(0);
        rows.WriteInt64((long)Role.Server);
        rows.WriteInt64((long)client.Family);
        rows.WriteInt64((long)totals.Protocol);
        rows.WriteBoolean(totals.Protocol == Protocol.Tls);
        rows.WriteInt64(totals.Opened);
        rows.WriteInt64(totals.Closed);
        rows.WriteInt64(totals.Opened - totals.Closed);
        rows.WriteInt64(totals.BytesSent);
        rows.WriteInt64(totals.BytesReceived);
        rows.EndRow();
    }
}
