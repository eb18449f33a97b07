using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Http;

/// <summary>A session of a traced server, fed by hand; positions are kept per direction.</summary>
internal sealed class HttpHarness : IDisposable
{
    private readonly ulong[] _positions = new ulong[2];

    public HttpHarness(HttpOptions? options = null, Role role = Role.Server, bool midstream = false)
    {
        Recorder = new RowRecorder(HttpEventsTable.Schema);
        Context = new SessionContext
        {
            Id = new ConnectionId(new Upid(1, 2, 3), 4, 5),
            Local = Endpoint.FromNetworkBytes([10, 0, 0, 1], 8080),
            Remote = Endpoint.FromNetworkBytes([10, 0, 0, 2], 40000),
            Role = role,
            Midstream = midstream,
            Rows = Recorder,
            Counters = Counters,
        };
        Session = new HttpProtocol(options ?? new HttpOptions()).CreateSession(Context);
    }

    public IProtocolSession Session { get; }

    public SessionContext Context { get; }

    public SessionCounters Counters { get; } = new();

    public RowRecorder Recorder { get; }

    public List<RecordedRow> Rows => Recorder.Rows;

    public RecordedRow Row => Assert.Single(Rows);

    public string[] Summaries => [.. Rows.Select(r => r.Summary)];

    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public HttpHarness Request(string text, long timeNs = 1000) => Send(Direction.Ingress, Bytes(text), timeNs);

    public HttpHarness Response(string text, long timeNs = 2000) => Send(Direction.Egress, Bytes(text), timeNs);

    public HttpHarness Send(Direction direction, byte[] bytes, long timeNs)
    {
        Session.OnData(direction, _positions[(int)direction], timeNs, bytes);
        _positions[(int)direction] += (ulong)bytes.Length;
        return this;
    }

    public HttpHarness SendFragment(Direction direction, Fragment fragment, long timeNs)
    {
        Session.OnData(direction, fragment.Position, timeNs, fragment.Bytes);
        _positions[(int)direction] = Math.Max(_positions[(int)direction], fragment.End);
        return this;
    }

    /// <summary>Bytes pass that nobody sees.</summary>
    public HttpHarness Miss(Direction direction, ulong bytes)
    {
        _positions[(int)direction] += bytes;
        return this;
    }

    /// <summary>The rest of a call that was longer than what is taken of one.</summary>
    public HttpHarness Cut(Direction direction, ulong bytes, long timeNs) =>
        Miss(direction, bytes).Send(direction, [], timeNs);

    public HttpHarness Close(long timeNs = 9000)
    {
        Session.OnClose(timeNs, _positions[(int)Direction.Egress], _positions[(int)Direction.Ingress]);
        return this;
    }

    public void Dispose() => Session.Dispose();
}
