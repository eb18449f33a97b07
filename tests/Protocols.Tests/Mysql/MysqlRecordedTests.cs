using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Mysql;

namespace PixieOrleans.Protocols.Tests.Mysql;

/// <summary>
/// Bytes of real peers. Fixtures/mysql/rows holds the rows expected, checked by hand against what the clients sent and
/// showed; "=" begins a connection.
/// </summary>
public sealed class MysqlRecordedTests
{
    public static TheoryData<string> Recordings =>
    [
        "mariadb-mysqlconnector", "mysql-mysqlconnector", "mariadb-mariadb", "mysql-mysql", "mariadb-pymysql",
        "mysql-tls", "mariadb-compressed", "mariadb-zlib",
    ];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_AsRecorded_WritesARowPerCommand(string name)
    {
        foreach (var chunk in (int[])[int.MaxValue, 1, 2, 7, 100])
        {
            var sessions = MysqlRecording.Replay(name, chunk);

            var rows = sessions.SelectMany(session => session.Rows.Select(MysqlRecording.Summary).Prepend("="));
            Assert.Equal(Expected(name), rows);
            Assert.All(sessions, session => Assert.Equal(
                (0L, 0L, 0L, 0L, 0L),
                (session.Counters.InvalidFrames, session.Counters.DroppedBytes, session.Counters.Resynchronisations,
                    session.Counters.RequestsWithoutResponse, session.Counters.ResponsesWithoutRequest)));
        }
    }

    [Theory]
    [InlineData("mariadb-mysqlconnector")]
    [InlineData("mysql-mysqlconnector")]
    public void OnData_RowsLongerThanTheBound_ArePassedOver(string name)
    {
        var options = new FramingOptions { FrameBytes = 1024 };

        var rows = MysqlRecording.Replay(name, 100, options).SelectMany(session => session.Rows);

        Assert.Contains("3 select repeat('x', 3000) -> 2 Resultset rows = 1", rows.Select(MysqlRecording.Summary));
    }

    [Fact]
    public void OnData_WhatIsEncrypted_EndsTheParsing()
    {
        var session = Assert.Single(MysqlRecording.Replay("mysql-tls"));

        Assert.Equal((2, 0), (session.Counters.Frames, session.Counters.FailedSessions));
        Assert.True(session.Counters.PayloadBytes > 200);
    }

    [Fact]
    public void OnData_Compressed_CountsTheBytesOnTheWire()
    {
        var bytes = MysqlRecording.Read("mariadb-zlib").Sum(connection => connection.Sum(chunk => chunk.Bytes.Length));

        var session = Assert.Single(MysqlRecording.Replay("mariadb-zlib"));

        Assert.Equal(bytes, session.Counters.PayloadBytes);
    }

    [Fact]
    public void OnData_CompressedPacketMissed_PairsNothingWrongly()
    {
        var chunks = Assert.Single(MysqlRecording.Read("mariadb-zlib"));
        var whole = Expected("mariadb-zlib").ToHashSet();
        for (var missed = 3; missed < chunks.Count; missed++)
        {
            using var session = new SessionHarness(new MysqlProtocol(new FramingOptions()));
            var timeNs = 0L;
            foreach (var (chunk, i) in chunks.Select((chunk, i) => (chunk, i)))
            {
                timeNs += 1_000_000_000;
                if (i == missed)
                {
                    session.Miss(chunk.Direction, (ulong)chunk.Bytes.Length);
                    continue;
                }

                session.Send(chunk.Direction, chunk.Bytes, timeNs).Tick(timeNs);
            }

            var rows = session.Close(timeNs).Rows.Select(MysqlRecording.Summary).ToList();
            var answered = rows.Where(row => !row.EndsWith("-> 0 ", StringComparison.Ordinal)).ToList();
            Assert.All(answered, row => Assert.True(
                whole.Contains(row) || row.EndsWith("... [TRUNCATED]", StringComparison.Ordinal), $"{missed}: {row}"));
            Assert.True(rows.Count > 5, $"{missed}: {rows.Count} rows");
        }
    }

    private static IEnumerable<string> Expected(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "mysql", "rows", name + ".txt"));
}
