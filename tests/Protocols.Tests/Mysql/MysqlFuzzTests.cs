using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Mysql;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Mysql;

/// <summary>Recorded conversations with changed, lost, repeated and reordered bytes; seeded.</summary>
public sealed class MysqlFuzzTests
{
    private const int Rounds = 1500;
    private const long MaxRetainedBytes = 1 << 20;

    private static readonly List<IReadOnlyList<RecordedChunk>> Connections =
    [
        .. MysqlRecording.Read("mariadb-mysqlconnector"), .. MysqlRecording.Read("mysql-mysql"),
        .. MysqlRecording.Read("mariadb-pymysql"),
    ];

    [Fact]
    public void OnData_ChangedConversations_NeverThrowAndStayBounded()
    {
        for (var seed = 0; seed < Rounds; seed++)
        {
            try
            {
                Run(new Random(seed));
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }

    [Fact]
    public void OnData_LostChunks_NeverPairWrongly()
    {
        var answers = MysqlRecording.Replay("mariadb-mysqlconnector").SelectMany(session => session.Rows)
            .Select(MysqlRecording.Summary).ToHashSet();
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            using var mysql = new SessionHarness(new MysqlProtocol(new FramingOptions()));
            var timeNs = 1_000_000_000L;
            var chunks = MysqlRecording.Read("mariadb-mysqlconnector")[0];
            var lost = (random.Next(chunks.Count), random.Next(chunks.Count));
            for (var i = 0; i < chunks.Count; i++)
            {
                timeNs += random.Next(1, 2_000_000_000);
                _ = i == lost.Item1 || i == lost.Item2
                    ? mysql.Miss(chunks[i].Direction, (ulong)chunks[i].Bytes.Length)
                    : mysql.Send(chunks[i].Direction, chunks[i].Bytes, timeNs).Tick(timeNs);
            }

            mysql.Close(timeNs);
            Assert.All(
                mysql.Rows.Where(row => row.Int("resp_status") > 1 && row.Int("req_cmd") != 23),
                row => Assert.Contains(MysqlRecording.Summary(row), answers));
        }
    }

    private static void Run(Random random)
    {
        var options = new FramingOptions
        {
            FrameBytes = random.Next(3) == 0 ? 256 : 64 << 10,
            StreamBytes = 16 << 10,
            MaxPendingRequests = 32,
        };
        using var mysql = new SessionHarness(new MysqlProtocol(options), (Role)random.Next(3), random.Next(4) == 0);
        var positions = new ulong[2];
        var timeNs = 1_000_000_000L;
        foreach (var (direction, original) in Connections[random.Next(Connections.Count)])
        {
            timeNs += random.Next(0, 100_000_000);
            var fragment = new Fragment(positions[(int)direction], Change(random, original));
            positions[(int)direction] += (ulong)original.Length;
            for (var times = random.Next(20) is var dice and < 2 ? 2 * dice : 1; times > 0; times--)
            {
                mysql.SendFragment(direction, fragment, timeNs);
            }

            if (random.Next(10) == 0)
            {
                mysql.Tick(timeNs += random.NextInt64(3_000_000_000));
            }

            Assert.InRange(mysql.Session.RetainedBytes, 0, MaxRetainedBytes);
        }

        mysql.Close(timeNs);
        Assert.Equal(0, mysql.Session.RetainedBytes);
        Assert.Equal(mysql.Counters.Records, mysql.Rows.Count);
    }

    private static byte[] Change(Random random, byte[] original)
    {
        var bytes = original.ToArray();
        for (var i = random.Next(6) == 0 ? random.Next(1, 5) : 0; i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(random.Next(3) == 0 ? 0xfa : 0, 0x100);
        }

        return random.Next(15) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
