using PixieOrleans.Model.Entities;
using PixieOrleans.Protocols;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Replay.Captures;
using PixieOrleans.Replay.Connections;
using PixieOrleans.Replay.ConnStats;
using PixieOrleans.Replay.Packets;
using PixieOrleans.Replay.Queries;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Replay;

/// <summary>Reads a capture file into the tables that a node fills from sockets. Used by one thread.</summary>
public sealed class CaptureReplay
{
    private const int StepPackets = 4096; // between looks at progress and cancellation

    private readonly PacketCounters _packets = new();
    private readonly StreamCounters _streams = new();
    private readonly ServerNumbers _servers = new();
    private readonly SessionFactory _sessions;
    private readonly ConnectionTracker _tracker;
    private readonly PeerTable _peers;
    private readonly PacketDecoder _decoder;
    private CaptureTimes _times;

    /// <summary>Empty tables.</summary>
    public CaptureReplay(ReplayOptions options)
    {
        // The reassembly has waited for missing bytes: what it gives up does not come.
        var http = new HttpOptions { GapPatience = TimeSpan.Zero };
        var framing = new FramingOptions { GapPatience = TimeSpan.Zero };
        var protocols = new ProtocolRegistry(http, framing);
        Store = new TableStore(ReplayTables.Of(protocols), options.TableBytes, shards: 1);
        _sessions = new SessionFactory(protocols, Store, _servers);
        _peers = new PeerTable(Store.Writer("conn_stats", 0), _servers);
        _tracker = new ConnectionTracker(options, _sessions, _peers, _streams);
        _decoder = new PacketDecoder(_packets);
    }

    /// <summary>The tables.</summary>
    public TableStore Store { get; }

    /// <summary>Names of what was seen: the addresses.</summary>
    public EntitySnapshot Entities => CaptureEntities.Of(_servers.All);

    /// <summary>Reads a capture to its end, or to where it is damaged.</summary>
    /// <param name="stream">The file; need not be seekable.</param>
    /// <param name="onProgress">Told every few thousand packets; may be null.</param>
    /// <param name="cancellationToken">Ends the reading between packets.</param>
    /// <exception cref="CaptureFormatException">The file is no capture.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ReplaySummary Run(
        Stream stream, Action<ReplayProgress>? onProgress = null, CancellationToken cancellationToken = default)
    {
        var reader = CaptureReader.Open(stream);
        while (reader.TryRead(out var captured))
        {
            _times = _times.With(captured.TimeNs);
            if (_decoder.TryDecode(captured, out var packet))
            {
                _tracker.Take(packet);
                if (_tracker.IsTickDue)
                {
                    _tracker.Tick();
                    Store.SealOldBatches(0, _tracker.NowNs);
                }
            }

            if (_packets.Packets % StepPackets == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                onProgress?.Invoke(new ReplayProgress(reader.Position, _packets.Packets));
            }
        }

        _tracker.Finish();
        _packets.ForeignLinks = reader.ForeignPackets;
        return new ReplaySummary(
            _times,
            _packets,
            _streams,
            [.. _sessions.Counters.Where(counters => counters.Connections > 0)],
            [.. Store.GetStatistics()],
            reader.Damage,
            [.. reader.ForeignLinkTypes]);
    }
}
