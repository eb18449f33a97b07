using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Recognition;

namespace PixieOrleans.Protocols.Tests.Mongodb;

public sealed class MongodbRecordedTests
{
    // Command x requests, hello left out; counted from the same bytes by a few lines of Python.
    public static TheoryData<string, string> Recordings => new()
    {
        {
            "pymongo",
            "aggregatex1 deletex1 endSessionsx1 findx3 getMorex1 insertx4 nonsensex1 saslStartx1 updatex1"
        },
        { "pymongo-snappy", "aggregatex1 deletex1 endSessionsx1 findx3 getMorex1 insertx4 nonsensex1 updatex1" },
        { "pymongo-zlib", "aggregatex1 deletex1 endSessionsx1 findx3 getMorex1 insertx4 nonsensex1 updatex1" },
        { "pymongo-zstd", "x13" },
        { "node", "bulkWritex1 findx4 getMorex1 insertx2 nonsensex1 updatex1" },
        { "node-snappy", "bulkWritex1 findx4 getMorex1 insertx2 nonsensex1 updatex1" },
        { "node-zlib", "bulkWritex1 endSessionsx1 findx4 getMorex1 insertx2 nonsensex1 updatex1" },
        { "dotnet", "deletex1 findx1 getMorex1 insertx2 nonsensex1 updatex1" },
        { "dotnet-zlib", "deletex1 findx1 getMorex1 insertx2 nonsensex1 updatex1" },
    };

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_AsRecorded_WritesARowPerRequest(string name, string expected) =>
        Assert.Equal(expected, Commands(MongodbRecordings.Replay(name, int.MaxValue)));

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_RecordedInSmallPieces_WritesTheSameRows(string name, string expected)
    {
        var whole = MongodbRecordings.Replay(name, int.MaxValue).Select(Text).ToList();
        foreach (var chunk in (int[])[1, 3, 100, 1000])
        {
            var rows = MongodbRecordings.Replay(name, chunk);

            Assert.Equal(expected, Commands(rows));
            Assert.Equal(whole, rows.Select(Text));
        }
    }

    // The text is that of bson.json_util.dumps with CANONICAL_JSON_OPTIONS.
    [Theory]
    [InlineData("pymongo")]
    [InlineData("pymongo-snappy")]
    [InlineData("pymongo-zlib")]
    public void OnData_ValuesOfManyTypes_AreExtendedJson(string name)
    {
        var body = MongodbRecordings.Replay(name, int.MaxValue)
            .First(row => row.Text("req_body").Contains("\"insert\":\"types\"")).Text("req_body");

        Assert.Equal(
            """
            {"_id":{"$oid":"5f0000000000000000000001"},"text":"quote \" and \\ and é","i":{"$numberInt":"1"},
            "l":{"$numberLong":"1099511627776"},"d":{"$numberDouble":"2.5"},"whole":{"$numberDouble":"3.0"},
            "dec":{"$numberDecimal":"-12345"},"t":true,"n":null,"b":{"$binary":{"base64":"AP8=","subType":"80"}},
            "at":{"$date":{"$numberLong":"1709212455123"}},"re":{"$regularExpression":{"pattern":"^a","options":"i"}},
            "code":{"$code":"f()","$scope":{"x":{"$numberInt":"1"}}},"ts":{"$timestamp":{"t":5,"i":6}},
            "min":{"$minKey":1},"max":{"$maxKey":1},"deep":{"list":[{"$numberInt":"1"},{"a":[[]]}],"empty":{}}}]}
            """.ReplaceLineEndings(""), body[body.IndexOf("{\"_id\"", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void OnData_Statuses_AreCursorOrOk()
    {
        var rows = MongodbRecordings.Replay("pymongo", int.MaxValue);

        Assert.Equal("cursor", rows.First(row => row.Text("req_cmd") == "find").Text("resp_status"));
        Assert.Equal(
            "ok: {$numberDouble: 0.0}", rows.First(row => row.Text("req_cmd") == "nonsense").Text("resp_status"));
        Assert.Equal(
            ["", "ok: {$numberDouble: 1.0}"], // one insert is not acknowledged
            rows.Where(row => row.Text("req_cmd") == "insert").Select(row => row.Text("resp_status"))
                .Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_BodiesAsRecorded_AreJson(string name, string expected)
    {
        _ = expected;
        foreach (var row in MongodbRecordings.Replay(name, int.MaxValue))
        {
            foreach (var body in (string[])[row.Text("req_body"), row.Text("resp_body")])
            {
                Assert.True(body is "" or "<compressed>" || JsonDocument.Parse(body) is not null, body);
            }
        }
    }

    [Fact]
    public void OnData_Passwords_AreNotKept()
    {
        var row = MongodbRecordings.Replay("pymongo", int.MaxValue).First(row => row.Text("req_cmd") == "saslStart");

        Assert.Equal(("", ""), (row.Text("req_body"), row.Text("resp_body")));
    }

    [Fact]
    public void OnData_CompressorThatIsNotDecoded_KeepsTimes()
    {
        var rows = MongodbRecordings.Replay("pymongo-zstd", int.MaxValue);

        Assert.Equal(12, rows.Count(row => row.Text("resp_body") == "<compressed>" && row.Int("latency") > 0));
    }

    [Fact]
    public void Recognise_RequestsAsRecorded_TellTheProtocol()
    {
        foreach (var connection in MongodbRecordings.Names.SelectMany(MongodbRecordings.Read))
        {
            var bytes = connection.First(chunk => chunk.Direction == Direction.Ingress).Bytes;

            var found = ProtocolRecogniser.Recognise(
                new RecognitionHead(bytes, (ulong)bytes.Length, isDatagram: false));

            Assert.Equal((Protocol.Mongo, MessageKind.Request), found);
        }
    }

    private static string Commands(IEnumerable<RecordedRow> rows) => string.Join(
        ' ',
        rows.GroupBy(row => row.Text("req_cmd")).OrderBy(command => command.Key, StringComparer.Ordinal)
            .Select(command => $"{command.Key}x{command.Count()}"));

    private static string Text(RecordedRow row) =>
        $"{row.Text("req_cmd")} {row.Text("req_body")} -> {row.Text("resp_status")} {row.Text("resp_body")}";
}
