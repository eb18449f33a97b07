using PixieOrleans.Model;
using PixieOrleans.Protocols.Cql;
using PixieOrleans.Protocols.Recognition;

namespace PixieOrleans.Protocols.Tests.Cql;

public sealed class CqlRecordedTests
{
    // Opcode x requests; counted from the same bytes by a few lines of Python. Two of REGISTER (11) are events.
    public static TheoryData<string, string> Recordings => new()
    {
        { "python-v3", "1x2 5x2 7x22 9x4 10x5 11x3 13x1" },
        { "python-v3-snappy", "1x2 5x2 7x22 9x4 10x5 11x3 13x1" },
        { "python-v4-lz4", "1x2 5x2 7x23 9x4 10x5 11x3 13x1" },
        { "python-v4-snappy", "1x2 5x2 7x23 9x4 10x5 11x3 13x1" },
        { "python-v5", "1x2 5x2 7x23 9x4 10x5 11x3 13x1 15x2" },
        { "python-v5-lz4", "1x2 5x2 7x25 9x4 10x5 11x3 13x1 15x2" },
        { "node-v4", "1x1 5x1 7x9 9x3 10x4 11x1 13x1" },
    };

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_AsRecorded_WritesARowPerRequest(string name, string expected) =>
        Assert.Equal(expected, Opcodes(CqlRecordings.Replay(name, int.MaxValue)));

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_RecordedInSmallPieces_WritesTheSameRows(string name, string expected)
    {
        var whole = CqlRecordings.Replay(name, int.MaxValue).Select(Text).ToList();
        foreach (var chunk in (int[])[1, 3, 100, 1000])
        {
            var rows = CqlRecordings.Replay(name, chunk);

            Assert.Equal(expected, Opcodes(rows));
            Assert.Equal(whole, rows.Select(Text));
        }
    }

    [Fact]
    public void OnData_ValuesOfManyTypes_AreToldByType()
    {
        var rows = CqlRecordings.Replay("python-v5", int.MaxValue);

        var values = rows.First(row => row.Int("req_op") == (long)CqlOpcode.Execute).Text("req_body").Split('\n')[1];
        Assert.Equal(
            """
            [1,"quote \" and \\",-1099511627776,"0x00FF",true,-12.345,2.5,0.5,"2024-02-29T13:14:15.123Z",
            "00000000-0000-0000-0000-000000000005",-1180591620717411303424,"50554d6e-29bb-11e5-b345-feff819cdc9f",
            "10.1.2.3","2024-02-29","01:02:03.000000000",-300,-7,["a","b"],{"1":"x"},[7],[3,"t"]]
            """.ReplaceLineEndings(""), values);
    }

    [Fact]
    public void OnData_AllVersionsAndCompressions_TellTheSame()
    {
        var texts = CqlRecordings.Names
            .Where(name => name.StartsWith("python", StringComparison.Ordinal))
            .Select(name => CqlRecordings.Replay(name, int.MaxValue)
                .Where(row => row.Int("req_op") is (long)CqlOpcode.Execute or (long)CqlOpcode.Batch)
                .Select(Text).Where(text => !text.Contains("yyy")));

        Assert.Single(texts.Select(rows => string.Join('\n', rows)).Distinct());
    }

    [Fact]
    public void OnData_ValueOfALongMessage_HasItsBeginning()
    {
        var rows = CqlRecordings.Replay("python-v5", 100, frameBytes: 1024);

        var body = rows.Last(row => row.Int("req_op") == (long)CqlOpcode.Execute).Text("req_body");
        Assert.StartsWith("INSERT INTO t (id, big) VALUES (?, ?)\n[4,\"yyyy", body);
        Assert.EndsWith("yy... [TRUNCATED]", body);
    }

    [Fact]
    public void Recognise_RequestsAsRecorded_TellTheProtocol()
    {
        foreach (var connection in CqlRecordings.Names.SelectMany(CqlRecordings.Read))
        {
            var bytes = connection.First(chunk => chunk.Direction == Direction.Ingress).Bytes;

            var found = ProtocolRecogniser.Recognise(
                new RecognitionHead(bytes, (ulong)bytes.Length, isDatagram: false));

            Assert.Equal((Protocol.Cql, MessageKind.Request), found);
        }
    }

    private static string Opcodes(IEnumerable<RecordedRow> rows) => string.Join(
        ' ', rows.GroupBy(row => row.Int("req_op")).OrderBy(api => api.Key).Select(api => $"{api.Key}x{api.Count()}"));

    private static string Text(RecordedRow row) =>
        $"{row.Int("req_op")} {row.Text("req_body")} -> {row.Int("resp_op")} {row.Text("resp_body")}";
}
