using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Redis;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Redis;

/// <summary>Bytes of real peers; each file names its origin.</summary>
public sealed class RedisRecordedTests
{
    private const long MaxRetainedBytes = 4 << 20;
    private static readonly string[] Names = ["redis-cli", "redis-cli-resp3", "redis-py", "inline", "replica", "sync"];

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    [InlineData(7)]
    public void OnData_RedisCli_WritesARowPerCommand(int chunk)
    {
        var rows = Replay("redis-cli", chunk);

        Assert.DoesNotContain(rows, row => row.StartsWith("PUSH", StringComparison.Ordinal));
        Assert.Contains("SET {\"key\":\"k\",\"value\":\"v\",\"options\":[\"EX 100\"]} OK", rows);
        Assert.Contains("GET {\"key\":\"none\"} <NULL>", rows);
        Assert.Contains("LRANGE {\"key\":\"l\",\"start\":\"0\",\"stop\":\"-1\"} [\"c\",\"b\",\"a\"]", rows);
        Assert.Contains("EVAL {\"script\":\"return {1,{2,KEYS[1]},ARGV[1]}\",\"numkeys\":\"1\",\"key\":[\"k\"],"
            + "\"value\":[\"x\"]} [\"1\",[\"2\",\"k\"],\"x\"]", rows);
        Assert.Contains("EXEC [] [\"1\",\"1\"]", rows);
        Assert.Contains("SSCAN {\"key\":\"s\",\"cursor\":\"0\",\"pattern\":\"x*\",\"count\":\"5\"} [\"0\",[]]", rows);
    }

    [Fact]
    public void OnData_EveryRecording_HasNoUnpairedMessage()
    {
        foreach (var name in Names)
        {
            foreach (var connection in Recording.Read($"redis/{name}"))
            {
                using var redis = Play(connection, int.MaxValue);

                Assert.NotEmpty(redis.Rows);
                var counters = redis.Counters;
                Assert.Equal((name, 0L, 0L, 0L), (name, counters.InvalidFrames,
                    counters.RequestsWithoutResponse, counters.ResponsesWithoutRequest));
            }
        }
    }

    [Fact]
    public void OnData_Resp3_MapsAreObjects() => Assert.Contains(
        "HGETALL {\"key\":\"h\"} {\"f1\":\"v1\",\"f2\":\"v2\"}", Replay("redis-cli-resp3", int.MaxValue));

    [Fact]
    public void OnData_PublishAndSubscribe_MessagesAreRows()
    {
        var rows = Replay("redis-py", int.MaxValue);

        Assert.Contains("PUSH PUB  [\"message\",\"c1\",\"hello\"]", rows);
        Assert.Contains("PUSH PUB  [\"pmessage\",\"p*\",\"p9\",\"you\"]", rows);
        Assert.Equal(21, rows.Count(row => row.StartsWith("INCRBY", StringComparison.Ordinal)));
    }

    [Fact]
    public void OnData_Replica_ChangesFollowTheDataSet()
    {
        var rows = Replay("replica", int.MaxValue);

        Assert.Contains("SET {\"key\":\"repl\",\"value\":\"yes\",\"options\":[]} ", rows);
        Assert.Contains("INCR {\"key\":\"repln\"} ", rows);
        Assert.Contains(rows, row => row.StartsWith("REPLCONF ACK {\"offset\":", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    [InlineData(7)]
    public void OnData_Sync_ChangesFollowTheDataSet(int chunk)
    {
        var rows = Replay("sync", chunk);

        Assert.Equal(
            [
                "PING {} PONG", "SYNC [] ", "SELECT {\"index\":\"0\"} ",
                "SET {\"key\":\"repl\",\"value\":\"yes\",\"options\":[]} ", "INCR {\"key\":\"n\"} ",
            ],
            rows[..5]);
        Assert.Equal(["SYNC [] ", "PING {} PONG"], rows[5..]);
    }

    [Fact]
    public void OnData_Inline_IsReadLikeArrays()
    {
        var rows = Replay("inline", int.MaxValue);

        Assert.Contains("SET {\"key\":\"a key\",\"value\":\"it's\",\"options\":[]} OK", rows);
        Assert.Contains("GET {\"key\":\"a key\"} it's", rows);
        Assert.Contains("SET {\"key\":\"q\",\"value\":\"2\",\"options\":[]} ", rows);
        Assert.Contains("RESET [] RESET", rows);
    }

    [Fact]
    public void OnData_ChangedBytes_NeverThrowAndStayBounded()
    {
        var recordings = Names.Skip(2).SelectMany(name => Recording.Read($"redis/{name}")).ToList();
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            using var redis = new SessionHarness(
                new RedisProtocol(
                    new FramingOptions { FrameBytes = 512, StreamBytes = 8 << 10, MaxPendingRequests = 8 }),
                (Role)random.Next(3),
                random.Next(3) == 0);
            var timeNs = 1_000_000_000L;
            foreach (var (direction, bytes) in recordings[seed % recordings.Count])
            {
                Disturb(redis, random, direction, [.. bytes], timeNs += random.Next(400_000_000));
                Assert.InRange(redis.Session.RetainedBytes, 0, MaxRetainedBytes);
            }

            redis.Close(timeNs);

            Assert.Equal(redis.Counters.Records, redis.Rows.Count);
        }
    }

    private static void Disturb(SessionHarness redis, Random random, Direction direction, byte[] bytes, long timeNs)
    {
        switch (random.Next(8))
        {
            case 0:
                redis.Miss(direction, (ulong)bytes.Length);
                return;
            case 1:
                bytes[random.Next(bytes.Length)] = "\r\n*$:+-09"u8[random.Next(9)];
                break;
            case 2:
                bytes = bytes[..random.Next(bytes.Length)];
                break;
            case 3:
                redis.Tick(timeNs);
                break;
        }

        redis.Send(direction, bytes, timeNs);
    }

    private static string[] Replay(string name, int chunk) =>
        [.. Recording.Read($"redis/{name}").SelectMany(connection =>
        {
            using var redis = Play(connection, chunk);
            return redis.Rows
                .Select(row => $"{row.Text("req_cmd")} {row.Text("req_args")} {row.Text("resp")}")
                .ToList();
        })];

    private static SessionHarness Play(IReadOnlyList<RecordedChunk> connection, int chunk)
    {
        var redis = new SessionHarness(new RedisProtocol(new FramingOptions()));
        var timeNs = 0L;
        foreach (var (direction, bytes) in connection)
        {
            timeNs += 1000;
            foreach (var piece in bytes.Chunk(Math.Min(chunk, bytes.Length)))
            {
                redis.Send(direction, piece, timeNs);
            }
        }

        return redis.Close(timeNs);
    }
}
