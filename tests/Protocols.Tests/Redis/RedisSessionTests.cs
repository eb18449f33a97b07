using System.Text;
using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Redis;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tests.Conformance;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Redis;

[Collection(AllocationCollection.Name)]
public sealed class RedisSessionTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData("*3\r\n$3\r\nset\r\n$1\r\nk\r\n$1\r\nv\r\n", "SET {\"key\":\"k\",\"value\":\"v\",\"options\":[]}")]
    [InlineData(
        "*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n$2\r\nEX\r\n$2\r\n10\r\n",
        "SET {\"key\":\"k\",\"value\":\"v\",\"options\":[\"EX 10\"]}")]
    [InlineData(
        "*4\r\n$5\r\nblpop\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\n0\r\n", "BLPOP {\"key\":[\"a\",\"b\"],\"timeout\":\"0\"}")]
    [InlineData("*2\r\n$4\r\nauth\r\n$1\r\np\r\n", "AUTH {\"password\":\"<HIDDEN>\"}")]
    [InlineData(
        "*3\r\n$4\r\nauth\r\n$1\r\nu\r\n$1\r\np\r\n",
        "AUTH {\"username\":\"<HIDDEN>\",\"password\":\"<HIDDEN>\"}")]
    [InlineData(
        "*4\r\n$6\r\nCONFIG\r\n$3\r\nSET\r\n$11\r\nrequirepass\r\n$1\r\np\r\n",
        "CONFIG SET {\"parameter value\":[{\"parameter\":\"requirepass\"},{\"value\":\"<HIDDEN>\"}]}")]
    [InlineData("*3\r\n$6\r\nclient\r\n$5\r\nbogus\r\n$1\r\nx\r\n", "CLIENT [\"bogus\",\"x\"]")]
    [InlineData("*1\r\n$7\r\ncommand\r\n", "COMMAND []")]
    [InlineData("*2\r\n$7\r\nft.info\r\n$1\r\nx\r\n", "FT.INFO [\"x\"]")]
    [InlineData("*2\r\n$3\r\nget\r\n$3\r\na\"\n\r\n", "GET {\"key\":\"a\\\"\\n\"}")]
    [InlineData("*4\r\n$4\r\neval\r\n$1\r\ns\r\n$1\r\n0\r\n$1\r\nx\r\n",
        "EVAL {\"script\":\"s\",\"numkeys\":\"0\",\"key\":[],\"value\":[\"x\"]}")]
    [InlineData("set k 'a b'\r\n", "SET {\"key\":\"k\",\"value\":\"a b\",\"options\":[]}")]
    [InlineData("\r\nget \"\\x41\\n\"\n", "GET {\"key\":\"A\\n\"}")]
    public void OnData_Command_IsNamedAndItsArgumentsToo(string request, string expected)
    {
        using var redis = New();

        redis.Request(Bytes(request)).Response("+OK\r\n"u8);

        Assert.Equal($"{expected} OK 1000", Summary(redis.Row));
    }

    [Theory]
    [InlineData(":12\r\n", "12")]
    [InlineData("-ERR no\r\n", "-ERR no")]
    [InlineData("$-1\r\n", "<NULL>")]
    [InlineData("_\r\n", "<NULL>")]
    [InlineData("#t\r\n", "true")]
    [InlineData(",1.5\r\n", "1.5")]
    [InlineData("=7\r\ntxt:abc\r\n", "abc")]
    [InlineData("*2\r\n*1\r\n:1\r\n*0\r\n", "[[\"1\"],[]]")]
    [InlineData("%2\r\n+a\r\n:1\r\n+b\r\n*2\r\n_\r\n#f\r\n", "{\"a\":\"1\",\"b\":[\"<NULL>\",\"false\"]}")]
    [InlineData("|1\r\n+ttl\r\n:1\r\n~1\r\n+x\r\n", "[\"x\"]")]
    public void OnData_Reply_IsText(string reply, string expected)
    {
        using var redis = New();

        redis.Request("*1\r\n$4\r\nping\r\n"u8).Response(Bytes(reply));

        Assert.Equal($"PING {{}} {expected} 1000", Summary(redis.Row));
    }

    [Fact]
    public void OnData_CutAtEveryByte_YieldsTheSameRow()
    {
        var request = Bytes("*3\r\n$4\r\nhget\r\n$1\r\nk\r\n$2\r\nf1\r\n");
        var reply = Bytes("*2\r\n$5\r\nhello\r\n:7\r\n");
        foreach (var requestCut in Fragments.AtEveryByte(request))
        {
            foreach (var replyCut in Fragments.AtEveryByte(reply))
            {
                using var redis = New();

                Array.ForEach(requestCut, piece => redis.SendFragment(Direction.Ingress, piece, 1000));
                Array.ForEach(replyCut, piece => redis.SendFragment(Direction.Egress, piece, 2000));

                Assert.Equal(
                    "HGET {\"key\":\"k\",\"field\":\"f1\"} [\"hello\",\"7\"] 1000", Summary(redis.Row));
            }
        }
    }

    [Fact]
    public void OnData_Pipeline_IsAnsweredInOrder()
    {
        using var redis = New();

        redis.Request("*1\r\n$5\r\nMULTI\r\n*2\r\n$4\r\nincr\r\n$1\r\nn\r\n*1\r\n$4\r\nexec\r\n"u8);
        redis.Response("+OK\r\n+QUEUED\r\n*1\r\n:1\r\n"u8);

        Assert.Equal(["MULTI OK", "INCR QUEUED", "EXEC [\"1\"]"], redis.Rows.Select(Brief));
    }

    [Theory]
    [InlineData(Role.None)]
    [InlineData(Role.Unknown)]
    public void OnData_WithoutKnownRole_LearnsItFromTheCommand(Role role)
    {
        using var redis = new SessionHarness(new RedisProtocol(new FramingOptions()), role);

        redis.Send(Direction.Egress, "*1\r\n$4\r\nPING\r\n"u8, 1000).Send(Direction.Ingress, "+PONG\r\n"u8, 2000);

        Assert.Equal("PING PONG", Brief(redis.Row));
        Assert.Equal((long)Role.Client, redis.Row.Int("trace_role"));
    }

    [Fact]
    public void OnData_PublishedMessages_AreRowsOfTheirOwn()
    {
        using var redis = New();

        redis.Request("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n$1\r\nb\r\n"u8);
        redis.Response("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n"u8);
        redis.Response("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n"u8, 3000);
        redis.Request("*1\r\n$4\r\nPING\r\n"u8, 4000);
        redis.Response(">3\r\n+message\r\n+b\r\n+x\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n"u8, 5000);

        Assert.Equal(
            [
                "SUBSCRIBE [\"subscribe\",\"b\",\"2\"]", "PUSH PUB [\"message\",\"a\",\"hi\"]",
                "PUSH PUB [\"message\",\"b\",\"x\"]", "PING [\"pong\",\"\"]",
            ],
            redis.Rows.Select(Brief));
    }

    [Fact]
    public void OnData_ClientReply_NobodyWaitsForWhatDoesNotCome()
    {
        using var redis = New();

        redis.Request("CLIENT REPLY SKIP\r\nGET a\r\nGET b\r\nCLIENT REPLY OFF\r\nGET c\r\nCLIENT REPLY ON\r\n"u8);
        redis.Response("$1\r\nB\r\n+OK\r\n"u8);

        Assert.Equal(
            ["CLIENT REPLY ", "GET ", "CLIENT REPLY ", "GET ", "GET B", "CLIENT REPLY OK"], redis.Rows.Select(Brief));
        Assert.Equal(0, redis.Counters.RequestsWithoutResponse + redis.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_Replication_ChangesAreRowsOfTheMaster()
    {
        using var redis = New();

        redis.Request("*3\r\n$5\r\nPSYNC\r\n$1\r\n?\r\n$2\r\n-1\r\n"u8);
        redis.Response("+FULLRESYNC abc 0\r\n"u8).Response("\n$5\r\nREDIS"u8);
        redis.Response("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n"u8, 3000);
        redis.Request("*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n0\r\n"u8, 4000);

        Assert.Equal(["PSYNC FULLRESYNC abc 0", "SET ", "REPLCONF ACK "], redis.Rows.Select(Brief));
        Assert.Equal([2, 1, 2], redis.Rows.Select(row => row.Int("trace_role")));
    }

    [Fact]
    public void OnData_LostReplyOfAClientThatWaits_CostsThatReplyOnly()
    {
        using var redis = New();

        redis.Request(Get("a"), 1000).Response("$1\r\nA\r\n"u8, 1100);
        redis.Request(Get("b"), 2000).Miss(Direction.Egress, 7);
        redis.Request(Get("c"), 3000).Response("$1\r\nC\r\n"u8, 3100).Tick(5 * Second);

        Assert.Equal(["GET A", "GET ", "GET C"], redis.Rows.Select(Brief));
    }

    [Fact]
    public void OnData_ReplyLongerThanIsTakenOfACall_IsItsBeginningAndTheNextIsWhole()
    {
        using var redis = New();

        redis.Request("*2\r\n$4\r\nkeys\r\n$1\r\n*\r\n"u8, 1000);
        redis.Response("*9999\r\n$3\r\nabc\r\n$5\r\nde"u8, 1100).Cut(Direction.Egress, 50_000, 1100);
        redis.Response("$3\r\nxyz\r\n$99\r\n"u8, 1200); // looks like a reply, and like the beginning of one
        redis.Request(Get("a"), 2000).Response("$1\r\nA\r\n"u8, 2100);
        redis.Request(Get("b"), 3000).Response("$1\r\nB\r\n"u8, 3100);

        Assert.Equal(["KEYS [\"abc\",\"de\",\"... [TRUNCATED]\"]", "GET A", "GET B"], redis.Rows.Select(Brief));
        Assert.Equal(0, redis.Counters.ResponsesWithoutRequest + redis.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_LostReplyOfAPipeline_PairsNothingUntilSilence()
    {
        using var redis = New();

        redis.Request([.. Get("a"), .. Get("b")], 1000).Response("$1\r\nA\r\n$1\r\nB\r\n"u8, 1100);
        redis.Request([.. Get("c"), .. Get("d"), .. Get("e")], 2000).Miss(Direction.Egress, 7);
        redis.Response("$1\r\nD\r\n"u8, 2100).Tick(3 * Second);
        redis.Request(Get("f"), 3 * Second).Response("$1\r\nE\r\n"u8, 3 * Second);
        redis.Request(Get("g"), 9 * Second).Response("$1\r\nG\r\n"u8, 9 * Second);

        Assert.Equal(
            ["GET A", "GET B", "GET ", "GET ", "GET ", "GET ", "GET G"], redis.Rows.Select(Brief));
    }

    [Fact]
    public void OnTick_LateReply_IsNotGivenToTheNextCommand()
    {
        using var redis = New();

        redis.Request(Get("slow"), 1000).Tick(61 * Second).Request(Get("b"), 62 * Second);
        redis.Response("$1\r\nS\r\n$1\r\nB\r\n"u8, 62 * Second);

        Assert.Equal(["GET ", "GET B"], redis.Rows.Select(Brief));
        Assert.Equal(1, redis.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_LargeValue_IsCutAndMarked()
    {
        using var redis = New();

        redis.Request(Get("a"), 1000);
        redis.Response(Bytes("$200000\r\n" + new string('x', 200_000) + "\r\n"), 2000);

        Assert.Equal(new string('x', 1024) + "... [TRUNCATED]", redis.Row.Text("resp"));
    }

    [Fact]
    public void OnData_JoinedInTheMiddle_BeginsWithACommand()
    {
        using var redis = new SessionHarness(new RedisProtocol(new FramingOptions()), midstream: true);

        redis.Request([.. "lo\r\n"u8, .. Get("a")], 1000).Response("$1\r\nA\r\n"u8, 1500);

        Assert.Equal("GET A", Brief(redis.Row));
    }

    [Theory]
    [InlineData("*99999999999999\r\n")]
    [InlineData("*-7\r\n")]
    [InlineData("$3\r\nabcd\r\n")]
    [InlineData("GET / \u0001\r\n")]
    public void OnData_BytesThatAreNotRedis_EndInFailure(string bytes)
    {
        using var redis = New();

        for (var i = 0; i < 30; i++)
        {
            redis.Request("PING\r\n"u8).Request(Bytes(bytes));
        }

        Assert.Equal(SessionState.Failed, redis.Session.State);
    }

    [Fact]
    public void OnData_SteadyTraffic_AllocatesNothing()
    {
        var requests = "*4\r\n$4\r\nhset\r\n$1\r\nk\r\n$1\r\nf\r\n$3\r\nval\r\n*2\r\n$4\r\nmget\r\n$1\r\nk\r\n";

        SteadyTraffic.AllocatesNothing(
            new RedisProtocol(new FramingOptions()), rows: 2,
            SteadyTraffic.Exchanges((Bytes(requests), Bytes(":1\r\n*2\r\n$1\r\na\r\n$-1\r\n"))));
    }

    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented() => ByteCases.Run("redis", 35, Difference);

    private static string? Difference(JsonElement item) =>
        item.GetProperty("kind").GetString() == "parse" ? ParseDifference(item) : StitchDifference(item);

    // A message by itself: a known command on either side, else a value.
    private static string? ParseDifference(JsonElement item)
    {
        var bytes = item.GetProperty("bytes").GetBytesFromBase64();
        var expected = ByteCases.Check(item, "result")?.GetProperty("enum").GetString();
        var message = new RedisMessage(new FramingOptions());
        var rest = bytes.AsSpan();
        do
        {
            var head = RespToken.ReadHead(rest);
            if (head.Status != ParseStatus.Success || head.Length > (ulong)rest.Length)
            {
                return expected == (head.Status == ParseStatus.Invalid ? "kInvalid" : "kNeedsMoreData")
                    ? null
                    : head.Status.ToString();
            }

            message.Add(RespToken.Parse(rest[..(int)head.Length]), 0, RedisCommandUse.WhenKnown);
            rest = rest[(int)head.Length..];
        }
        while (message.IsOpen);

        var command = message.IsCommand ? Encoding.UTF8.GetString(message.Command.Name) : "";
        var actual = $"{command} {Encoding.UTF8.GetString(message.Text.Value)}";
        var wanted = $"{Eq("frame.command")} {Eq("frame.payload")}";
        return actual == wanted && expected == "kSuccess" ? null : $"{actual}, not {wanted}";

        string? Eq(string path) => ByteCases.Check(item, path)?.GetProperty("eq").GetString();
    }

    // The one case has parsed frames: as bytes, from the replica and its master.
    private static string? StitchDifference(JsonElement item)
    {
        using var redis = New();
        redis.Response("*4\r\n$4\r\nHSET\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"u8, 0);
        redis.Request("*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n1\r\n"u8, 1);
        redis.Request("*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n2\r\n"u8, 3);
        redis.Request("*1\r\n$4\r\nPING\r\n"u8, 4).Response("+PONG\r\n"u8, 5);
        var names = ByteCases.Check(item, "records")?.GetProperty("elements").EnumerateArray()
            .Select(e => e.GetProperty("fields").GetProperty("req").GetProperty("fields").GetProperty("command"))
            .Select(name => name.GetString());

        return redis.Rows.Select(row => row.Text("req_cmd")).SequenceEqual(names!)
            ? null
            : string.Join(",", redis.Rows.Select(Brief));
    }

    private static SessionHarness New() => new(new RedisProtocol(new FramingOptions()));

    private static byte[] Get(string key) => Bytes($"*2\r\n$3\r\nGET\r\n${key.Length}\r\n{key}\r\n");

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static string Brief(RecordedRow row) => $"{row.Text("req_cmd")} {row.Text("resp")}";

    private static string Summary(RecordedRow row) =>
        $"{row.Text("req_cmd")} {row.Text("req_args")} {row.Text("resp")} {row.Int("latency")}";
}
