using System.Text.Json;
using PixieOrleans.Protocols.Kafka;

namespace PixieOrleans.Protocols.Tests.Kafka;

public sealed class KafkaRecordedTests
{
    // API key x rows; counted from the same bytes by a few lines of Python.
    public static TheoryData<string, string> Recordings => new()
    {
        { "kcat", "0x8 1x16 2x9 3x12 8x1 9x1 10x2 11x1 12x1 13x1 14x1 18x16" },
        { "python", "0x3 1x6 2x4 3x5 18x2" },
        { "confluent", "0x1 1x2 2x4 3x7 8x1 9x1 10x2 11x1 12x1 13x1 14x1 18x10 71x2" },
    };

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_AsRecorded_WritesARowPerRequest(string name, string expected) =>
        Assert.Equal(expected, Apis(KafkaRecordings.Replay(name, int.MaxValue)));

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_RecordedInSmallPieces_WritesTheSameRows(string name, string expected)
    {
        var whole = KafkaRecordings.Replay(name, int.MaxValue).Select(Text).ToList();
        foreach (var chunk in (int[])[1, 3, 100, 1000])
        {
            var rows = KafkaRecordings.Replay(name, chunk);

            Assert.Equal(expected, Apis(rows));
            Assert.Equal(whole, rows.Select(Text));
        }
    }

    [Fact]
    public void OnData_BodiesAsRecorded_AreJson()
    {
        foreach (var row in KafkaRecordings.Names.SelectMany(name => KafkaRecordings.Replay(name, int.MaxValue)))
        {
            foreach (var body in (string[])[row.Text("req_body"), row.Text("resp")])
            {
                Assert.True(body.Length == 0 || JsonDocument.Parse(body).RootElement.ValueKind == JsonValueKind.Object);
            }
        }
    }

    // The mock brokers answer an unknown version of ApiVersions in a layout of their own.
    [Fact]
    public void OnData_BodiesAsRecorded_AreReadToTheEnd()
    {
        foreach (var row in KafkaRecordings.Names.SelectMany(name => KafkaRecordings.Replay(name, int.MaxValue)))
        {
            Assert.True(
                !Text(row).Contains("truncated") || row.Text("resp") == """{"error_code":35,"truncated":true}""",
                Text(row));
        }
    }

    [Fact]
    public void OnData_FramesLongerThanTheBound_KeepWhatScriptsRead()
    {
        var rows = KafkaRecordings.Replay("kcat", 100, frameBytes: 256);

        var produce = rows.First(row => row.Text("req_body").Contains("truncated") && Is(row, KafkaApi.Produce));
        var sent = JsonDocument.Parse(produce.Text("req_body")).RootElement;
        var partition = sent.GetProperty("topics")[0].GetProperty("partitions")[0];
        Assert.Equal(1, partition.GetProperty("index").GetInt32());
        Assert.True(partition.GetProperty("message_set").GetProperty("size").GetInt32() > 256);
        Assert.True(sent.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public void OnData_BatchLongerThanTheBound_StillCountsItsRecords()
    {
        var whole = KafkaRecordings.Replay("kcat", int.MaxValue).Where(row => Is(row, KafkaApi.Produce)).Select(Sets);
        var cut = KafkaRecordings.Replay("kcat", 100, frameBytes: 256).Where(row => Is(row, KafkaApi.Produce))
            .ToList();

        Assert.Contains(cut, row => row.Text("req_body").Contains("truncated"));
        Assert.Equal(whole, cut.Select(Sets));
    }

    [Fact]
    public void OnData_FetchByTopicId_NamesTheTopicOfTheMetadata()
    {
        var fetch = KafkaRecordings.Replay("confluent", int.MaxValue).First(row => Is(row, KafkaApi.Fetch));

        foreach (var cell in (string[])["req_body", "resp"])
        {
            var topic = JsonDocument.Parse(fetch.Text(cell)).RootElement.GetProperty("topics")[0];
            Assert.Equal("orders", topic.GetProperty("name").GetString());
            Assert.Equal(22, topic.GetProperty("topic_id").GetString()!.Length);
        }
    }

    [Fact]
    public void OnData_CompressedBatches_AreCounted()
    {
        var produced = KafkaRecordings.Replay("kcat", int.MaxValue)
            .Where(row => Is(row, KafkaApi.Produce) && row.Text("req_body").Contains("gzip"))
            .SelectMany(row => JsonDocument.Parse(row.Text("req_body")).RootElement.GetProperty("topics")[0]
                .GetProperty("partitions").EnumerateArray())
            .Sum(partition => partition.GetProperty("message_set").GetProperty("records").GetInt32());

        Assert.Equal(20, produced); // lines given to kcat -z gzip
    }

    private static string Sets(RecordedRow row) => string.Join(
        ' ',
        JsonDocument.Parse(row.Text("req_body")).RootElement.GetProperty("topics").EnumerateArray()
            .SelectMany(topic => topic.GetProperty("partitions").EnumerateArray())
            .Select(partition => partition.GetProperty("message_set").GetRawText()));

    private static bool Is(RecordedRow row, KafkaApi api) => row.Int("req_cmd") == (long)api;

    private static string Apis(IEnumerable<RecordedRow> rows) => string.Join(
        ' ', rows.GroupBy(row => row.Int("req_cmd")).OrderBy(api => api.Key).Select(api => $"{api.Key}x{api.Count()}"));

    private static string Text(RecordedRow row) =>
        $"{row.Int("req_cmd")} {row.Text("client_id")} {row.Text("req_body")} {row.Text("resp")}";
}
