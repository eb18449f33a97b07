using PixieOrleans.Protocols.Framing;

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
        "mysql-tls", "mariadb-compressed",
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

    [Theory]
    [InlineData("mysql-tls", 2)]
    [InlineData("mariadb-compressed", 3)]
    public void OnData_WhatCannotBeRead_EndsTheParsing(string name, int frames)
    {
        var session = Assert.Single(MysqlRecording.Replay(name));

        Assert.Equal((frames, 0), (session.Counters.Frames, session.Counters.FailedSessions));
        Assert.True(session.Counters.PayloadBytes > 200);
    }

    private static IEnumerable<string> Expected(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "mysql", "rows", name + ".txt"));
}
