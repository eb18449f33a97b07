using System.Buffers.Binary;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.TestKit.Recordings;

/// <summary>Plays an exchange over and over, to the sessions of several connections in turn. Allocates nothing itself.
/// </summary>
public sealed class ExchangePlayer : IDisposable
{
    private const int FrameHead = 9; // HTTP/2: length, 3 bytes; type; flags; stream, 4 bytes
    private const int FrameStream = 5;
    private const long StepNs = 500;
    private readonly Exchange _exchange;
    private readonly Connection[] _connections;
    private readonly (byte[] Chunk, int Offset)[] _streams; // where the loop says the number of its HTTP/2 stream
    private int _next;

    /// <summary>Starts the sessions and plays what comes before the loop.</summary>
    public ExchangePlayer(ProtocolDefinition protocol, Exchange exchange, IRowWriter rows, int connections)
    {
        _exchange = exchange;
        _streams = exchange.Stream == 0 ? [] : [.. exchange.Loop.SelectMany(chunk => Streams(chunk.Bytes))];
        _connections = new Connection[connections];
        for (var i = 0; i < connections; i++)
        {
            _connections[i] = new Connection(protocol.CreateSession(CreateContext(i, rows)));
            _connections[i].Play(exchange.Begin);
        }
    }

    /// <summary>Counters of all sessions together.</summary>
    public SessionCounters Counters { get; } = new();

    /// <summary>True when some bytes made no sense: the exchange cannot be repeated like this.</summary>
    public bool Failed => Counters.InvalidFrames + Counters.DroppedBytes + Counters.RequestsWithoutResponse
        + Counters.ResponsesWithoutRequest > 0;

    /// <summary>Bytes that the sessions hold.</summary>
    public long RetainedBytes => _connections.Sum(connection => connection.RetainedBytes);

    /// <summary>Plays the loop so many times.</summary>
    public void Play(int times)
    {
        for (var i = 0; i < times; i++)
        {
            var connection = _connections[_next];
            _next = (_next + 1) % _connections.Length;
            SetStream(connection.Loops++);
            connection.Play(_exchange.Loop);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_connections, connection => connection.Dispose());

    private void SetStream(uint ordinal)
    {
        foreach (var (chunk, offset) in _streams)
        {
            BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(offset), _exchange.Stream + (2 * ordinal));
        }
    }

    private IEnumerable<(byte[] Chunk, int Offset)> Streams(byte[] chunk)
    {
        for (var at = 0; at + FrameHead <= chunk.Length;)
        {
            if (BinaryPrimitives.ReadUInt32BigEndian(chunk.AsSpan(at + FrameStream)) == _exchange.Stream)
            {
                yield return (chunk, at + FrameStream);
            }

            at += FrameHead + (int)(BinaryPrimitives.ReadUInt32BigEndian(chunk.AsSpan(at)) >> 8);
        }
    }

    private SessionContext CreateContext(int i, IRowWriter rows) => new()
    {
        Id = new ConnectionId(new Upid(1, 100, 200), i, 1),
        Local = Endpoint.FromNetworkBytes([10, 0, 0, 1], 8080),
        Remote = Endpoint.FromNetworkBytes([10, 0, 0, 2], (ushort)(40000 + i)),
        Role = Role.Server,
        IsDatagram = _exchange.IsDatagram,
        Rows = rows,
        Counters = Counters,
    };

    private sealed class Connection(IProtocolSession session) : IDisposable
    {
        private readonly ulong[] _positions = new ulong[2];
        private long _timeNs = 1_700_000_000_000_000_000;

        public uint Loops { get; set; }

        public long RetainedBytes => session.RetainedBytes;

        public void Play(IReadOnlyList<RecordedChunk> chunks)
        {
            for (var i = 0; i < chunks.Count; i++)
            {
                var (direction, bytes) = chunks[i];
                ref var position = ref _positions[(int)direction];
                session.OnData(direction, position, _timeNs += StepNs, bytes);
                position += (ulong)bytes.Length;
            }
        }

        public void Dispose() => session.Dispose();
    }
}
