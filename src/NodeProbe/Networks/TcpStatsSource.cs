using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Sources;

namespace PixieOrleans.NodeProbe.Networks;

/// <summary>
/// Source "tcp_stats": a row per period, process and TCP connection that sent, received or sent again.
/// </summary>
internal sealed class TcpStatsSource(SourceContext context) : ISource
{
    private const string TrafficMap = "pxo_tcp_traffic";
    private const string CountersMap = "pxo_tcp_counters";
    private const int Counters = 2; // enum pxo_tcp_counter
    private const int IPv4Bytes = 4;
    private const ulong NsPerTick = 10_000_000;

    private readonly IRowWriter _rows = context.Rows(TcpStatsEventsTable.Schema.Name);
    private readonly List<TcpKey> _keys = [];
    private readonly List<TcpTraffic> _traffic = [];
    private BpfObject? _object;
    private long _losses;

    /// <summary>The source in the node's list.</summary>
    public static SourceEntry Entry { get; } = new(
        "tcp_stats",
        [TcpStatsEventsTable.Schema.Name],
        nameof(NodeProbeOptions.TcpStatsMs),
        static o => o.TcpStatsMs,
        static c => new TcpStatsSource(c));

    /// <inheritdoc/>
    /// <remarks>Events of connections without room, and retransmits of processes that are not known.</remarks>
    public long Losses => Volatile.Read(ref _losses);

    /// <inheritdoc/>
    public SourceStart Start()
    {
        var hooks = new List<HookReport>();
        try
        {
            _object = BpfObject.Open("tcp");
            _object.Load();
            foreach (var program in _object.Programs)
            {
                hooks.Add(RawHooks.Attach(_object, program, isOptional: false));
            }

            return new SourceStart { Hooks = hooks };
        }
        catch (Exception e) when (e is BpfException or DllNotFoundException)
        {
            throw new SourceException(
                $"{e.Message} (needs the tracepoints sock_send_length and sock_recv_length of kernel 6.3)",
                new SourceStart { Hooks = hooks });
        }
    }

    /// <inheritdoc/>
    public void Tick(long nowNs)
    {
        new BpfMap<TcpKey, TcpTraffic>(_object!.MapFd(TrafficMap), TrafficMap).TakeAll(_keys, _traffic);
        for (var i = 0; i < _keys.Count; i++)
        {
            Write(_keys[i].Owner, _traffic[i], nowNs);
        }

        var lost = 0L;
        var counters = new BpfMap<uint, long>(_object.MapFd(CountersMap), CountersMap);
        for (var counter = 0U; counter < Counters; counter++)
        {
            lost += counters.TryGet(counter, out var value) ? value : 0;
        }

        Volatile.Write(ref _losses, lost);
    }

    /// <inheritdoc/>
    public void Stop(long nowNs) => Tick(nowNs);

    /// <inheritdoc/>
    public void Dispose() => _object?.Dispose();

    private void Write(TcpOwner owner, in TcpTraffic traffic, long nowNs)
    {
        _rows.WriteInt64(nowNs);
        _rows.WriteUInt128(new Upid(context.Asid, owner.Tgid, owner.StartNs / NsPerTick).ToUInt128());
        Write(traffic.LocalAddress, traffic.LocalPort, traffic.Family);
        Write(traffic.RemoteAddress, traffic.RemotePort, traffic.Family);
        _rows.WriteInt64((long)traffic.SentBytes);
        _rows.WriteInt64((long)traffic.ReceivedBytes);
        _rows.WriteInt64((long)traffic.Retransmits);
        _rows.EndRow();
    }

    private void Write(AddressBytes address, ushort port, uint family)
    {
        ReadOnlySpan<byte> bytes = address;
        bytes = (AddressFamilyKind)family == AddressFamilyKind.IPv4 ? bytes[..IPv4Bytes] : bytes;
        Span<byte> text = stackalloc byte[Endpoint.MaxAddressTextBytes];
        var endpoint = Endpoint.FromNetworkBytes(bytes, port);
        _rows.WriteString(text[..endpoint.FormatAddress(text)]);
        _rows.WriteInt64(port);
    }
}
