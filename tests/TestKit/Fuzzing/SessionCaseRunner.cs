using PixieOrleans.Model;
using PixieOrleans.Protocols;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.TestKit.Fuzzing;

/// <summary>A case broke a bound that holds for all bytes.</summary>
/// <param name="message">The bound.</param>
/// <param name="subject">What broke it.</param>
public sealed class BrokenBoundException(string message, string subject = "") : Exception(message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()}\n{subject}";
}

/// <summary>What became of a case.</summary>
/// <param name="Frames">Frames that were parsed.</param>
/// <param name="Rows">Rows that were written.</param>
/// <param name="RetainedBytes">Most bytes that the session held.</param>
/// <param name="AllocatedBytes">Managed bytes allocated.</param>
public readonly record struct CaseResult(long Frames, long Rows, long RetainedBytes, long AllocatedBytes);

/// <summary>Plays cases to sessions and checks what must hold whatever the bytes are.</summary>
public sealed class SessionCaseRunner
{
    /// <summary>Bytes that a session may hold with the settings used here.</summary>
    public const long MaxRetainedBytes = 4 << 20;

    /// <summary>Bytes that a case may allocate, whatever it sends; and per byte sent.</summary>
    public const long MaxAllocatedBytes = 32 << 20;

    private const int AllocatedPerByte = 512;
    private const long Start = 1_700_000_000_000_000_000;
    private const long StepNs = 1000;
    private readonly Dictionary<(Protocol, int, int), ProtocolDefinition> _definitions = [];
    private readonly ulong[] _positions = new ulong[2];
    private readonly ulong[] _ends = new ulong[2];

    /// <summary>Plays a case; throws what the session throws, or <see cref="BrokenBoundException"/>.</summary>
    public CaseResult Run(SessionCase fuzzed)
    {
        var definition = Definition(fuzzed.Protocol, fuzzed.FrameBytes, fuzzed.StreamBytes);
        var rows = new CheckedRows(definition.Table);
        var context = CreateContext(fuzzed, rows);
        Array.Clear(_positions);
        Array.Clear(_ends);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var session = definition.CreateSession(context);
        var (retained, nowNs) = (0L, Start);
        foreach (var step in fuzzed.Steps)
        {
            nowNs += step.Kind == StepKind.Tick ? step.Amount : StepNs;
            Apply(session, step, nowNs);
            retained = Math.Max(retained, session.RetainedBytes);
            if (retained > MaxRetainedBytes)
            {
                throw new BrokenBoundException("the session holds too much", $"{retained} bytes");
            }
        }

        session.OnClose(nowNs + StepNs, _ends[(int)Direction.Egress], _ends[(int)Direction.Ingress]);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Check(session.RetainedBytes == 0, "the closed session holds bytes");
        rows.CheckEnd();
        CheckCounters(fuzzed.Protocol, context.Counters, rows.Count);
        if (allocated > MaxAllocatedBytes + (AllocatedPerByte * fuzzed.PayloadBytes))
        {
            throw new BrokenBoundException(
                "the session allocated too much", $"{allocated} bytes for {fuzzed.PayloadBytes} bytes of payload");
        }

        return new CaseResult(context.Counters.Frames, rows.Count, retained, allocated);
    }

    private static void CheckCounters(Protocol protocol, SessionCounters counters, long rows)
    {
        Check(counters.Records == rows, "the counter of records differs from the rows written");
        Check(
            counters.DroppedBytes <= counters.PayloadBytes || protocol == Protocol.Mysql, // counts inflated bytes
            "more bytes dropped than taken");
        Check(
            (counters.Frames | counters.Gaps | counters.GapBytes | counters.DroppedBytes | counters.InvalidFrames
                | counters.RequestsWithoutResponse | counters.ResponsesWithoutRequest | counters.TruncatedValues) >= 0,
            "a counter is negative");
        Check(counters.FailedSessions <= 1, "a session failed twice");
    }

    private static void Check(bool holds, string message)
    {
        if (!holds)
        {
            throw new BrokenBoundException(message);
        }
    }

    private void Apply(IProtocolSession session, SessionStep step, long nowNs)
    {
        var direction = (int)step.Direction;
        switch (step.Kind)
        {
            case StepKind.Data:
                session.OnData(step.Direction, _positions[direction], nowNs, step.Bytes);
                _positions[direction] += (ulong)step.Bytes.Length;
                _ends[direction] = Math.Max(_ends[direction], _positions[direction]);
                break;
            case StepKind.Move:
                var moved = (Int128)_positions[direction] + step.Amount;
                _positions[direction] = (ulong)Int128.Clamp(moved, 0, long.MaxValue);
                _ends[direction] = Math.Max(_ends[direction], _positions[direction]);
                break;
            default:
                session.OnTick(nowNs);
                break;
        }
    }

    private ProtocolDefinition Definition(Protocol protocol, int frameBytes, int streamBytes)
    {
        if (!_definitions.TryGetValue((protocol, frameBytes, streamBytes), out var definition))
        {
            var http = new HttpOptions
            {
                StreamBytes = streamBytes,
                MaxHeaderBlockBytes = Math.Min(frameBytes, streamBytes),
                HeadersLimitBytes = 2048,
                MaxPendingRequests = 64,
                PendingRequestBytes = 64 << 10,
            };
            var framing = new FramingOptions
            {
                FrameBytes = frameBytes,
                StreamBytes = streamBytes,
                MaxPendingRequests = 64,
                PendingRequestBytes = 64 << 10,
            };
            definition = new ProtocolRegistry(http, framing).Find(protocol)
                ?? throw new ArgumentException($"{protocol} is not parsed", nameof(protocol));
            _definitions.Add((protocol, frameBytes, streamBytes), definition);
        }

        return definition;
    }

    private static SessionContext CreateContext(SessionCase fuzzed, IRowWriter rows) => new()
    {
        Id = new ConnectionId(new Upid(1, 2, 3), 4, 5),
        Local = Endpoint.FromNetworkBytes([10, 0, 0, 1], 8080),
        Remote = Endpoint.FromNetworkBytes([10, 0, 0, 2], 40000),
        Role = fuzzed.Role,
        Midstream = fuzzed.Midstream,
        IsDatagram = fuzzed.IsDatagram,
        Rows = rows,
        Counters = new SessionCounters(),
    };
}
