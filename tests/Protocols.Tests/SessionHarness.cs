using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests;

/// <summary>A session of a traced process, fed by hand; positions are kept per direction.</summary>
internal sealed class SessionHarness : IDisposable
{
    private readonly ulong[] _positions = new ulong[2];

    public SessionHarness(
        ProtocolDefinition protocol, Role role = Role.Server, bool midstream = false, bool isDatagram = false)
    {
        Recorder = new RowRecorder(protocol.Table);
        Context = new SessionContext
        {
            Id = new ConnectionId(new Upid(1, 2, 3), 4, 5),
            Local = Endpoint.FromNetworkBytes([10, 0, 0, 1], 8080),
            Remote = Endpoint.FromNetworkBytes([10, 0, 0, 2], 40000),
            Role = role,
            Midstream = midstream,
            IsDatagram = isDatagram,
            Rows = Recorder,
            Counters = Counters,
        };
        Session = protocol.CreateSession(Context);
    }

    public IProtocolSession Session { get; }

    public SessionContext Context { get; }

    public SessionCounters Counters { get; } = new();

    public RowRecorder Recorder { get; }

    public List<RecordedRow> Rows => Recorder.Rows;

    public RecordedRow Row => Assert.Single(Rows);

    /// <summary>Bytes from the peer that asks, to a traced server.</summary>
    public SessionHarness Request(ReadOnlySpan<byte> bytes, long timeNs = 1000) =>
        Send(Direction.Ingress, bytes, timeNs);

    /// <summary>Bytes of a traced server's answer.</summary>
    public SessionHarness Response(ReadOnlySpan<byte> bytes, long timeNs = 2000) =>
        Send(Direction.Egress, bytes, timeNs);

    public SessionHarness Send(Direction direction, ReadOnlySpan<byte> bytes, long timeNs)
    {
        Session.OnData(direction, _positions[(int)direction], timeNs, bytes);
        _positions[(int)direction] += (ulong)bytes.Length;
        return this;
    }

    public SessionHarness SendFragment(Direction direction, Fragment fragment, long timeNs)
    {
        Session.OnData(direction, fragment.Position, timeNs, fragment.Bytes);
        _positions[(int)direction] = Math.Max(_positions[(int)direction], fragment.End);
        return this;
    }

    /// <summary>Bytes pass that nobody sees.</summary>
    public SessionHarness Miss(Direction direction, ulong bytes)
    {
        _positions[(int)direction] += bytes;
        return this;
    }

    /// <summary>The rest of a call that was longer than what is taken of one.</summary>
    public SessionHarness Cut(Direction direction, ulong bytes, long timeNs)
    {
        _positions[(int)direction] += bytes;
        Session.OnData(direction, _positions[(int)direction], timeNs, default);
        return this;
    }

    public SessionHarness Tick(long nowNs)
    {
        Session.OnTick(nowNs);
        return this;
    }

    public SessionHarness Close(long timeNs = 9000)
    {
        Session.OnClose(timeNs, _positions[(int)Direction.Egress], _positions[(int)Direction.Ingress]);
        return this;
    }

    public void Dispose() => Session.Dispose();
}
