using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Pgsql;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Pgsql;

/// <summary>Recorded conversations with changed, lost, repeated and reordered bytes; seeded.</summary>
public sealed class PgsqlFuzzTests
{
    private const int Rounds = 400; // per recording
    private const string Mark = "... [TRUNCATED]";
    private const long MaxRetainedBytes = 1 << 20;

    public static TheoryData<string> Recordings => [.. PgsqlRecording.Names];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_ChangedConversations_NeverThrowAndStayBounded(string name)
    {
        var connections = PgsqlRecording.Load(name);
        for (var seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            try
            {
                Run(random, connections[random.Next(connections.Count)]);
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"seed {seed}: {e.ToString().ReplaceLineEndings(" ; ")}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_LostChunks_NeverMakeRowsThatWereNot(string name)
    {
        var real = PgsqlRecording.Replay(name, int.MaxValue)
            .Select(row => (row.Text("req"), row.Text("resp")))
            .ToHashSet();
        for (var seed = 0; seed < Rounds; seed++)
        {
            foreach (var connection in PgsqlRecording.Load(name))
            {
                var random = new Random(seed);
                using var pgsql = new SessionHarness(new PgsqlProtocol(new FramingOptions()));
                Lose(random, pgsql, connection);

                Assert.All(pgsql.Rows, row => Assert.True(IsReal(row, real), $"{seed}: {PgsqlRecording.Summary(row)}"));
            }
        }
    }

    // A pair as it was, one without answer, or one whose parts are marked or not known.
    private static bool IsReal(RecordedRow row, HashSet<(string Request, string Response)> real)
    {
        var (request, response) = (row.Text("req"), row.Text("resp"));
        return response.Length == 0
            || request.StartsWith("query=[] ", StringComparison.Ordinal)
            || response.Contains(Mark, StringComparison.Ordinal)
            || real.Contains((request, response))
            || real.Any(pair => pair.Response == response && IsCutOf(request, pair.Request))
            || row.Text("req_cmd") switch
            {
                // These may show less when messages before them were lost: types, columns, names. Not another's answer.
                "Bind" => real.Any(pair => pair.Response == response && Agree(pair.Request, request, " parameters=")),
                "Execute" => real.Any(pair => LastLine(pair.Response) == LastLine(response)
                    && Agree(pair.Request, request, "] params=[")),
                "Describe" or "Copy Data" => true,
                _ => false,
            };
    }

    private static bool IsMarked(string text) => text.EndsWith(Mark, StringComparison.Ordinal);

    // The same up to the mark; of a request that was cut itself, as far as it goes.
    private static bool Agree(string whole, string request, string mark) =>
        IsMarked(request)
            ? Before(whole, mark).StartsWith(Before(request, mark), StringComparison.Ordinal)
            : Before(whole, mark) == Before(request, mark);

    private static string Before(string text, string mark) => text.Split(mark)[0];

    private static string LastLine(string text) => text[(text.LastIndexOf('\n') + 1)..];

    private static bool IsCutOf(string cut, string whole) =>
        cut.EndsWith(Mark, StringComparison.Ordinal) && whole.StartsWith(cut[..^Mark.Length], StringComparison.Ordinal);

    private static void Lose(
        Random random, SessionHarness pgsql, IReadOnlyList<RecordedChunk> connection)
    {
        var timeNs = 1_000_000_000L;
        foreach (var (direction, bytes) in connection)
        {
            timeNs += random.NextInt64(1_500_000_000);
            var from = random.Next(bytes.Length);
            var lost = random.Next(8) == 0 ? random.Next(bytes.Length - from + 1) : 0;
            pgsql.Send(direction, bytes.AsSpan(0, from), timeNs).Miss(direction, (ulong)lost);
            pgsql.Send(direction, bytes.AsSpan(from + lost), timeNs);
            if (random.Next(2) == 0)
            {
                pgsql.Tick(timeNs);
            }
        }

        pgsql.Close(timeNs);
    }

    private static void Run(Random random, IReadOnlyList<RecordedChunk> connection)
    {
        var options = new FramingOptions { StreamBytes = 16 << 10, MaxPendingRequests = 8, FrameBytes = 1024 };
        using var pgsql = new SessionHarness(
            new PgsqlProtocol(options), (Role)random.Next(3), midstream: random.Next(4) == 0);
        var positions = new ulong[2];
        var timeNs = 1_000_000_000L;
        foreach (var (direction, original) in connection)
        {
            var bytes = Mutate(random, original);
            foreach (var piece in Fragments.InChunks(bytes, random.Next(1, 400)))
            {
                var at = positions[(int)direction] + piece.Position;
                timeNs += random.NextInt64(100_000_000);
                if (random.Next(12) != 0)
                {
                    pgsql.SendFragment(direction, piece with { Position = at }, timeNs);
                }

                if (random.Next(20) == 0)
                {
                    pgsql.Session.OnTick(timeNs += random.NextInt64(3_000_000_000));
                }

                Assert.InRange(pgsql.Session.RetainedBytes, 0, MaxRetainedBytes);
            }

            positions[(int)direction] += (ulong)bytes.Length;
        }

        pgsql.Close(timeNs);
        Assert.Equal(0, pgsql.Session.RetainedBytes);
        Assert.Equal(pgsql.Counters.Records, pgsql.Rows.Count);
    }

    private static byte[] Mutate(Random random, byte[] original)
    {
        var bytes = original.ToArray();
        for (var i = random.Next(0, 4); i > 0; i--)
        {
            var at = random.Next(bytes.Length);
            bytes[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(bytes[at] ^ (1 << random.Next(8))),
                _ => (byte)0xff,
            };
        }

        return bytes;
    }
}
