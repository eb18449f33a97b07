using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PixieOrleans.Replay.Tests;

/// <summary>
/// As <see cref="TsharkOracleTests"/>, of databases and caches whose answers name or follow their requests: each row is
/// compared with the request and the answer that tshark shows.
/// </summary>
public sealed class TsharkRequestOracleTests
{
    private const int LegacyQuery = 2004;
    private const int CqlExecute = 10;
    private const string BinaryRequest = "128";
    private const string BinaryResponse = "129";

    // Request ids and answered ids pair requests with answers, as tshark shows them; a handshake is no row.
    [Fact]
    public void Mongodb_OfPymongo_HasTheSameExchanges()
    {
        var messages = Tshark.Fields(
            "mongo.pcap", ["tcp.port==17017,mongo"], "mongo", "tcp.srcport", "tcp.dstport", "mongo.request_id",
            "mongo.response_to", "mongo.opcode", "mongo.element.name");
        var answers = messages.Where(line => line[0] == "17017").ToDictionary(line => (line[1], line[3]));
        var expected = messages
            .Where(line => line[1] == "17017" && line[4] != $"{LegacyQuery}")
            .Select(line => (Asked: Names(line[5]), Answered: Names(answers[(line[0], line[2])][5])))
            .ToList();

        var rows = Replayed.Of("mongo.pcap").Rows("mongodb_events", "req_cmd", "req_body", "resp_body");

        Assert.Equal(14, expected.Count);
        var cells = rows.Select(row => row.Split('|', 3)).ToList();
        Assert.Equal(expected.Select(pair => pair.Asked.Split(',')[0]), cells.Select(row => row[0]));
        Assert.All(expected.Zip(cells), pair => AssertMembers(pair.First.Asked, pair.Second[1]));
        Assert.All(expected.Zip(cells), pair => AssertMembers(pair.First.Answered, pair.Second[2]));
    }

    [Fact]
    public void Cql_OfTheDataStaxDriver_HasTheSameExchanges()
    {
        var messages = Tshark
            .Fields("cql.pcap", ["tcp.port==19042,cql"], "cql", "tcp.srcport", "tcp.dstport", "cql.opcode",
                "cql.stream")
            .SelectMany(line => line[2].Split(',').Zip(
                line[3].Split(','), (opcode, stream) => (From: line[0], To: line[1], opcode, stream)))
            .ToList();
        var answers = messages.Where(message => message.From == "19042")
            .ToDictionary(message => (message.To, message.stream), message => message.opcode);
        var expected = messages.Where(message => message.To == "19042").OrderBy(message => int.Parse(message.From))
            .Select(message => $"{message.opcode}|{answers[(message.From, message.stream)]}")
            .ToList();

        var rows = Replayed.Of("cql.pcap").Rows("cql_events", "req_op", "resp_op");

        Assert.Equal(30, expected.Count(row => row.StartsWith($"{CqlExecute}|", StringComparison.Ordinal)));
        Assert.Equal(expected, rows);
    }

    [Fact]
    public void Cql_OfTheDataStaxDriver_HasTheSameStatements()
    {
        var expected = Tshark.ByPort(
            "cql.pcap", ["tcp.port==19042,cql"], "cql.opcode==7 || cql.opcode==9", "tcp.srcport", "cql.opcode",
            "cql.string");

        var rows = Replayed.Of("cql.pcap").Rows("cql_events", "req_op", "req_body")
            .Where(row => row[..2] is "7|" or "9|");

        Assert.Equal(8, expected.Count);
        Assert.Equal(expected, rows);
    }

    [Fact]
    public void Memcached_OfPymemcache_HasTheSameExchanges()
    {
        string[] decode = ["tcp.port==21211,memcache"];
        var expected = Tshark.Fields(
            "memcached.pcap", decode, "memcache.command", "memcache.command", "memcache.key");

        var rows = Replayed.Of("memcached.pcap").Rows("memcached_events", "req_cmd", "req_key");

        Assert.Equal(
            expected.Select(line => $"{line[0]}|{line[1].Replace(',', ' ')}"),
            rows.Where(row => !row.StartsWith("touch|", StringComparison.Ordinal))); // a command it does not know
    }

    [Fact]
    public void MemcachedBinary_OfMemcslap_HasTheSameExchanges()
    {
        string[] decode = ["tcp.port==21211,memcache"];
        var requests = Tshark.ByPort(
            "memcached-binary.pcap", decode, $"memcache.magic=={BinaryRequest}", "tcp.srcport", "memcache.opcode",
            "memcache.key");
        var states = Tshark.ByPort(
            "memcached-binary.pcap", decode, $"memcache.magic=={BinaryResponse}", "tcp.dstport", "memcache.status");

        var rows = Replayed.Of("memcached-binary.pcap")
            .Rows("memcached_events", "req_cmd", "req_key", "resp_status");

        Assert.Equal(21, requests.Count);
        Assert.Equal(requests.Zip(states, Binary), rows);
    }

    // Numbers of commands and states as text: set, quit, getk.
    private static string Binary(string request, string state) => (request.Split('|'), state) switch
    {
        (["1", var key], "0x0000" or "0") => $"set|{key}|STORED",
        (["7", _], "0x0000" or "0") => "quit||OK",
        (["12", var key], "0x0000" or "0") => $"get|{key}|HIT",
        _ => $"{request}: {state}",
    };

    // Of a cell that is cut the members up to there.
    private static void AssertMembers(string expected, string json)
    {
        var members = Names(Keys(json));
        if (json.Contains("[TRUNCATED]", StringComparison.Ordinal))
        {
            Assert.StartsWith(members, expected, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(expected, members);
    }

    // What tshark calls elements are members of all depths, and of arrays the indices.
    private static List<string> Keys(string json)
    {
        var keys = new List<string>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.GetString() is { } name)
            {
                keys.Add(name);
            }
        }

        return keys;
    }

    private static string Names(string elements) => Names(elements.Split(','));

    // Without indices, without what types are called in JSON, and without the sequence that tshark shows elsewhere.
    private static string Names(IEnumerable<string> elements) => string.Join(',', elements.Where(
        name => !int.TryParse(name, CultureInfo.InvariantCulture, out _)
            && name is not ("base64" or "subType" or "documents")
            && (name[0] != '$' || name is "$db" or "$readPreference")));
}
