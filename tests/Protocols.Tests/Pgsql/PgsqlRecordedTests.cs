using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Tests.Pgsql;

/// <summary>Rows of recorded conversations; goldens lie beside them, read line by line when made.</summary>
public sealed class PgsqlRecordedTests
{
    public static TheoryData<string> Recordings => [.. PgsqlRecording.Names];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_AsRecorded_WritesTheRowsOfTheGolden(string name)
    {
        var rows = PgsqlRecording.Replay(name, int.MaxValue).Select(Golden).ToArray();

        if (Environment.GetEnvironmentVariable("PXO_WRITE_GOLDENS") is { } folder)
        {
            File.WriteAllLines(Path.Combine(folder, name + ".rows.txt"), rows);
        }

        Assert.Equal(File.ReadAllLines(GoldenPath(name)), rows);
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_RecordedInPiecesOrSeenByTheClient_WritesTheSameRows(string name)
    {
        var whole = PgsqlRecording.Replay(name, int.MaxValue).Select(PgsqlRecording.Summary).ToArray();
        foreach (var chunk in (int[])[1, 2, 3, 7, 100])
        {
            Assert.Equal(whole, PgsqlRecording.Replay(name, chunk).Select(PgsqlRecording.Summary));
        }

        var client = PgsqlRecording.Replay(name, int.MaxValue, Role.Client);
        Assert.Equal(whole, client.Select(PgsqlRecording.Summary));
        Assert.Equal(whole, PgsqlRecording.Replay(name, 50, Role.None).Select(PgsqlRecording.Summary));
    }

    private static string Golden(RecordedRow row) =>
        PgsqlRecording.Summary(row).Replace("\n", "\\n", StringComparison.Ordinal) + $"|{row.Int("latency")}";

    private static string GoldenPath(string name) =>
        Path.Combine(AppContext.BaseDirectory, "Fixtures", "pgsql", name + ".rows.txt");
}
