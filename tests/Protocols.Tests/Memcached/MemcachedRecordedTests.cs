using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Memcached;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Memcached;

/// <summary>Bytes of real peers (Fixtures/record-memcached.py); each file names its origin.</summary>
public sealed class MemcachedRecordedTests
{
    private const long MaxRetainedBytes = 4 << 20;

    private static readonly string[] Names =
        ["text", "meta", "pymemcache", "tools-text", "tools-binary", "capable-text", "capable-binary"];

    public static TheoryData<string> Files => [.. Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void OnData_EveryRecording_HasRowsOfItsAnswers(string name)
    {
        var expected = Path.Combine(AppContext.BaseDirectory, "Fixtures", "memcached", "rows", $"{name}.txt");

        var rows = Replay(name, int.MaxValue);

        Assert.Equal(File.ReadAllLines(expected), rows);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void OnData_InPieces_HasTheSameRows(string name)
    {
        var whole = Replay(name, int.MaxValue);

        Assert.All([1, 7, 100], chunk => Assert.Equal(whole, Replay(name, chunk)));
    }

    [Fact]
    public void OnData_EveryRecording_HasNoUnpairedMessage()
    {
        foreach (var name in Names)
        {
            foreach (var connection in Recording.Read($"memcached/{name}"))
            {
                using var memcached = Play(connection, int.MaxValue);

                var counters = memcached.Counters;
                var unknown = name == "text" ? 1L : 0L; // one line is no command
                var doubted = name == "meta" ? 1L : 0L; // one answer may be that of several quiet commands
                Assert.Equal((name, unknown, 0L, doubted), (name, counters.InvalidFrames,
                    counters.RequestsWithoutResponse, counters.ResponsesWithoutRequest));
            }
        }
    }

    [Fact]
    public void OnData_ChangedBytes_NeverThrowAndStayBounded()
    {
        var recordings = Names.SelectMany(name => Recording.Read($"memcached/{name}")).ToList();
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            using var memcached = new SessionHarness(
                new MemcachedProtocol(
                    new FramingOptions { FrameBytes = 512, StreamBytes = 8 << 10, MaxPendingRequests = 8 }),
                (Role)random.Next(3),
                random.Next(3) == 0);
            var timeNs = 1_000_000_000L;
            foreach (var (direction, bytes) in recordings[seed % recordings.Count].Take(100))
            {
                Disturb(memcached, random, direction, [.. bytes], timeNs += random.Next(400_000_000));
                Assert.InRange(memcached.Session.RetainedBytes, 0, MaxRetainedBytes);
            }

            memcached.Close(timeNs);

            Assert.Equal(memcached.Counters.Records, memcached.Rows.Count);
            Assert.Equal(0, memcached.Session.RetainedBytes);
        }
    }

    private static void Disturb(SessionHarness harness, Random random, Direction direction, byte[] bytes, long timeNs)
    {
        switch (random.Next(8))
        {
            case 0:
                harness.Miss(direction, (ulong)bytes.Length);
                return;
            case 1:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                break;
            case 2:
                bytes = bytes[..random.Next(bytes.Length)];
                break;
            case 3:
                harness.Tick(timeNs);
                break;
        }

        harness.Send(direction, bytes, timeNs);
    }

    private static string[] Replay(string name, int chunk) =>
        [.. Recording.Read($"memcached/{name}").SelectMany(connection =>
        {
            using var memcached = Play(connection, chunk);
            return memcached.Rows.Select(MemcachedText.Summary).ToList();
        })];

    private static SessionHarness Play(IReadOnlyList<RecordedChunk> connection, int chunk)
    {
        var memcached = new SessionHarness(new MemcachedProtocol(new FramingOptions()), Role.None);
        var timeNs = 0L;
        foreach (var (direction, bytes) in connection)
        {
            timeNs += 1000;
            foreach (var piece in bytes.Chunk(Math.Min(chunk, bytes.Length)))
            {
                memcached.Send(direction, piece, timeNs);
            }
        }

        return memcached.Close(timeNs);
    }
}
