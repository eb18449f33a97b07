using System.Text;
using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.TestKit;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>Which protocol the kernel takes first bytes for. The bytes cross real sockets.</summary>
public sealed class RecognitionTests : IDisposable
{
    private const string Cases = "shared/conformance/protocol-bytes.json";

    private static readonly SocketProbeOptions EveryProtocol = new()
    {
        Roles = Enum.GetValues<Protocol>().Where(protocol => protocol != Protocol.Unknown)
            .ToDictionary(protocol => protocol, _ => Role.Client | Role.Server),
        RingBytes = 16 << 20,
    };

    /// <summary>First bytes of a client (or a server, when the role is Client), as Latin-1.</summary>
    private static readonly (string Latin1, Protocol Protocol, Role Role)[] Beginnings =
    [
        ("GET / HTTP/1.1\r\n\r\n", Protocol.Http, Role.Server),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Protocol.Http2, Role.Server),
        ("\0\0\u0006\u0004\0\0\0\0\0\0\u0003\0\0\0d", Protocol.Http2, Role.Client),
        ("\0\0\u0005\u0001\u0005\0\0\0\u0001\u0082\u0086\u0084\u0041\0", Protocol.Http2, Role.Server),
        ("\0\0\u0003\u0001\u0004\0\0\0\u0009\u00c3\u0083\u0086", Protocol.Http2, Role.None), // of its own table
        ("\0\0\u0002\u0001\u0004\0\0\0\u0009\u0088\u00be", Protocol.Http2, Role.Client),
        ("\0\0\u0004\u0001\u0005\0\0\0\u0009\u0044\u0002/a", Protocol.Http2, Role.Server),
        ("\0\0\u0008\u0006\0\0\0\0\0abcdefgh", Protocol.Http2, Role.None),
        ("\0\0\u0004\u0008\0\0\0\0\0\0\0\0\u0005", Protocol.Http2, Role.None),
        ("\0\0\u0004\u0008\0\0\0\0\u0002\0\0\0\u0005", Protocol.Unknown, Role.None), // a stream of the server
        ("\u0004\0\0\0\u0003q1", Protocol.Unknown, Role.None), // length and call disagree
        ("\u0009\0\0\0\u0003SELECT 1", Protocol.Mysql, Role.Server),
        ("\u0001\0\0\0\u000e", Protocol.Mysql, Role.Server),
        ("\u0004\0\0\0\u0007\0\0\0\u0004abcd", Protocol.Cql, Role.Server),
        ("\u0004\0\0\0\u0005\0\0\0\0", Protocol.Cql, Role.Server),
        ("\0\0\0\u0008\u0004\u00d2\u0016\u002f", Protocol.Pgsql, Role.Server),
        ("Q\0\0\0\u000dSELECT 1\0", Protocol.Pgsql, Role.Server),
        ("P\0\0\0\u0010\0SELECT 1\0\0\0S\0\0\0\u0004", Protocol.Pgsql, Role.Server),
        ("*1\r\n$4\r\nPING\r\n", Protocol.Redis, Role.None),
        ("+PONG\r\n", Protocol.Redis, Role.Client),
        ("$5\r\nhello\r\n", Protocol.Redis, Role.Client),
        (":100\r\n", Protocol.Redis, Role.Client),
        ("INFO {\"server_id\":1}\r\n", Protocol.Nats, Role.Client),
        ("PUB a 1\r\nx\r\n", Protocol.Nats, Role.Server),
        ("\0\0\0\u0015\0\u0012\0\u0003\0\0\0\u0001\0\u0007rdkafka\0\0\0\0", Protocol.Kafka, Role.Server),
        ("\0\0\0\u0004\u0041\0\0\u0001", Protocol.Mux, Role.Server),
        ("AMQP\0\0\u0009\u0001", Protocol.Amqp, Role.Server),
        ("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", Protocol.Tls, Role.Server),
        ("\u0010\u000c\0\u0004MQTT\u0004\u0002\0<\0\0", Protocol.Mqtt, Role.Server),
        ("\u0027\0\0\0\u0001\u0002\u0003\u00ff\0\0\0\0\u00dd\u0007\0\0\0\0\0\0\0", Protocol.Mongo, Role.Server),
        ("get key\r\n", Protocol.Memcached, Role.Server),
        ("STORED\r\n", Protocol.Memcached, Role.Client),
        ("gats 60 key\r\n", Protocol.Memcached, Role.Server),
        ("mg key v\r\n", Protocol.Memcached, Role.Server),
        ("mg  key\r\n", Protocol.Unknown, Role.None),
        ("version\r\n", Protocol.Memcached, Role.Server),
        ("\u0080\0\0\u0003\0\0\0\0\0\0\0\u0003\0\u0001\0\0\0\0\0\0\0\0\0\0key", Protocol.Memcached, Role.Server),
        ("\u0081\0\0\0\u0004\0\0\0\0\0\0\u0006\0\u0001\0\0\0\0\0\0\0\0\0\0\0\0\0\0hi", Protocol.Memcached, Role.Client),
        ("\u0080\u000a\0\u0009\0\0\0\0\0\0\0\u0003\0\0\0\0\0\0\0\0\0\0\0\0", Protocol.Unknown, Role.None),
        ("hello, world: nothing that anybody knows", Protocol.Unknown, Role.None),
    ];

    private SocketProbe? _probe;

    [Fact]
    public void FirstBytes_OfConnectionsOlderThanTheProbe_TellProtocolAndRole()
    {
        var found = Recognise([.. Beginnings.Select(beginning => Encoding.Latin1.GetBytes(beginning.Latin1))]);

        Assert.Equal(
            Beginnings,
            Beginnings.Zip(found, (beginning, actual) => (beginning.Latin1, actual.Protocol, actual.Role)));
    }

    [Fact]
    public void Datagram_OfDns_IsRecognised()
    {
        _probe = TestProbe.Start(EveryProtocol);
        using var child = Child.Run("""
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0))
            c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); c.connect(s.getsockname())
            c.send(bytes.fromhex('12340120000100000000000003777777047465737400''00010001')); s.recv(100)
            """);

        Assert.Contains(
            _probe.DrainAll().Of(child.Tgid).SelectMany(connection => connection.Data),
            data => data.Data is { Protocol: (byte)Protocol.Dns, Role: (byte)Role.Server });
    }

    [Fact]
    public void Cases_OfTheCollection_AreRecognised()
    {
        var path = SourceTree.Find(Cases);
        Assert.SkipWhen(path is null, $"../{Cases} is absent");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var cases = document.RootElement.GetProperty("cases").EnumerateArray()
            .Where(item => item.GetProperty("kind").GetString() == "infer")
            .ToList();

        var found = Recognise([.. cases.Select(item => item.GetProperty("bytes").GetBytesFromBase64())]);

        Assert.True(cases.Count >= 15, $"{cases.Count} cases");
        var different = cases.Zip(found, (item, actual) => (Id: Id(item), Expected: Expected(item), actual.Protocol))
            .Where(item => item.Expected != item.Protocol);
        Assert.Equal(Documented(), different.Select(item => $"{item.Id} {item.Protocol}"));
    }

    /// <inheritdoc/>
    public void Dispose() => _probe?.Dispose();

    private static string Id(JsonElement item) => item.GetProperty("id").GetString()!.Split('.')[^1];

    private static Protocol Expected(JsonElement item)
    {
        var test = Id(item);
        var value = item.GetProperty("checks")[0].GetProperty("value");
        var unknown = value.ValueKind == JsonValueKind.Object && value.GetProperty("value").GetInt32() == 0;
        var name = test[..test.IndexOf('#', StringComparison.Ordinal)];
        return name switch
        {
            _ when unknown => Protocol.Unknown,
            "Postgres" => Protocol.Pgsql,
            "Redis" => Protocol.Redis,
            "NATS" => Protocol.Nats,
            "Mux" => Protocol.Mux,
            "AMQPRequest" => Protocol.Amqp,
            _ => Protocol.Tls,
        };
    }

    // Cases that are answered differently on purpose, with what they are taken for.
    private static IEnumerable<string> Documented() =>
        File.ReadLines(SourceTree.Find("docs/protocols/differences.md")!)
            .Where(line => line.StartsWith("| `inference/", StringComparison.Ordinal))
            .Select(line => $"{line.Split('`')[1].Split('.')[^1]} {line.Split('`')[3]}");

    // Each of the byte strings crosses a connection of its own, made before the probe starts: what is known of it then
    // comes from the bytes.
    private List<(Protocol Protocol, Role Role)> Recognise(IReadOnlyList<byte[]> beginnings)
    {
        var hex = string.Join(", ", beginnings.Select(bytes => $"'{Convert.ToHexStringLower(bytes)}'"));
        using var child = Child.StartAndWait($"""
            todo = [bytes.fromhex(h) for h in [{hex}]]
            pairs = [pair() for _ in todo]
            wait_for_go()
            for (c, a), data in zip(pairs, todo): c.send(data); a.recv(4096)
            report(fds=[a.fileno() for c, a in pairs])
            """);
        _probe = TestProbe.Start(EveryProtocol);
        child.Go();
        var events = _probe.DrainAll();
        return
        [
            .. child.Facts.GetProperty("fds").EnumerateArray()
                .Select(fd => events.Single(child.Tgid, fd.GetInt32()).Close)
                .Select(close => ((Protocol)close.Protocol, (Role)close.Role)),
        ];
    }
}
