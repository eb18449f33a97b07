using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Recognition;

namespace PixieOrleans.Protocols.Tests.Recognition;

public sealed class ProtocolRecogniserTests
{
    private const int Mutations = 6000; // of every beginning

    /// <summary>First bytes, as Latin-1; all rules are met by some.</summary>
    private static readonly (string Latin1, Protocol Protocol, MessageKind Kind)[] Beginnings =
    [
        ("GET / HTTP/1.1\r\n\r\n", Protocol.Http, MessageKind.Request),
        ("OPTIONS * HTTP/1.1\r\n", Protocol.Http, MessageKind.Request),
        ("PROPFIND /a HTTP/1.1\r\n", Protocol.Http, MessageKind.Request),
        ("PROPPATCH /a HTTP/1.1", Protocol.Http, MessageKind.Request),
        ("CONNECT host:443 HTTP/1.1\r\n", Protocol.Http, MessageKind.Request),
        ("HTTP/1.1 200 OK\r\n", Protocol.Http, MessageKind.Response),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Protocol.Http2, MessageKind.Request),
        ("\0\0\u0006\u0004\0\0\0\0\0\0\u0003\0\0\0d", Protocol.Http2, MessageKind.Response),
        ("\0\0\u0005\u0001\u0005\0\0\0\u0001\u0082\u0086\u0084\u0041\0", Protocol.Http2, MessageKind.Request),
        ("\0\0\u0001\u0001\u0004\0\0\0\u0001\u0088", Protocol.Http2, MessageKind.Response),
        ("\0\0\u0002\u0001\u0004\0\0\0\u0003\u00be\u0088", Protocol.Http2, MessageKind.Either),
        ("\0\0\u0008\u0006\0\0\0\0\0abcdefgh", Protocol.Http2, MessageKind.Either),
        ("\0\0\u0004\u0008\0\0\0\0\0\0\0\u0010\0", Protocol.Http2, MessageKind.Either),
        ("\u0009\0\0\0\u0003SELECT 1", Protocol.Mysql, MessageKind.Request),
        ("\u0001\0\0\0\u000e", Protocol.Mysql, MessageKind.Request),
        ("\u0005\0\0\0\u0019\u0001\0\0\0", Protocol.Mysql, MessageKind.Request),
        ("\u000a\0\0\0\u0017\u0001\0\0\0\0\u0001\0\0\0", Protocol.Mysql, MessageKind.Request),
        ("\u0004\0\0\0\u0007\0\0\0\u0004abcd", Protocol.Cql, MessageKind.Request),
        ("\u0084\0\0\0\u0008\0\0\0\u0004abcd", Protocol.Cql, MessageKind.Response),
        ("\u0004\0\0\0\u0005\0\0\0\0", Protocol.Cql, MessageKind.Request),
        ("\0\0\0\u0008\u0004\u00d2\u0016\u002f", Protocol.Pgsql, MessageKind.Request),
        ("\0\0\0\u0010\u0004\u00d2\u0016\u002e\0\0\0\u0001\0\0\0\u0002", Protocol.Pgsql, MessageKind.Request),
        ("\0\0\0\u0011\0\u0003\0\0user\0abc\0\0", Protocol.Pgsql, MessageKind.Request),
        ("Q\0\0\0\u000dSELECT 1\0", Protocol.Pgsql, MessageKind.Request),
        ("P\0\0\0\u0010\0SELECT 1\0\0\0S\0\0\0\u0004", Protocol.Pgsql, MessageKind.Request),
        ("*1\r\n$4\r\nPING\r\n", Protocol.Redis, MessageKind.Either),
        ("*12\r\n:1\r\n", Protocol.Redis, MessageKind.Response),
        ("+PONG\r\n", Protocol.Redis, MessageKind.Response),
        ("$5\r\nhello\r\n", Protocol.Redis, MessageKind.Response),
        ("$105\r\nhello\r\n", Protocol.Redis, MessageKind.Response),
        (":100\r\n", Protocol.Redis, MessageKind.Response),
        ("INFO {\"server_id\":1}\r\n", Protocol.Nats, MessageKind.Response),
        ("CONNECT {\"a\":1}\r\n", Protocol.Nats, MessageKind.Request),
        ("PUB a 1\r\nx\r\n", Protocol.Nats, MessageKind.Request),
        ("\0\0\0\u0015\0\u0012\0\u0003\0\0\0\u0001\0\u0007rdkafka\0\0\0\0", Protocol.Kafka, MessageKind.Request),
        ("\0\0\0\u0004\u0041\0\0\u0001", Protocol.Mux, MessageKind.Request),
        ("\0\0\0\u000c\u007f\0\0\u0001tinit ch", Protocol.Mux, MessageKind.Request),
        ("\0\0\0\u000c\u0044\0\0\u0001\0\u0001abcdef", Protocol.Mux, MessageKind.Request),
        ("\0\0\0\u000c\u0002\0\0\u0001\0\u0001\0\u0020com.", Protocol.Mux, MessageKind.Request),
        ("AMQP\0\0\u0009\u0001", Protocol.Amqp, MessageKind.Request),
        ("\u0001\0\0\0\0\0\u0010\0\u000a\0\u000a\0\u0009", Protocol.Amqp, MessageKind.Response),
        ("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", Protocol.Tls, MessageKind.Request),
        ("\u0010\u000c\0\u0004MQTT\u0004\u0002\0<\0\0", Protocol.Mqtt, MessageKind.Request),
        ("\u0010\u0080\u0001\0\u0006MQIsdp\u0003\u0002", Protocol.Mqtt, MessageKind.Request),
        ("\u0028\0\0\0\u0001\0\0\0\0\0\0\0\u00dd\u0007\0\0aaaaaaaaaaaaaaaaaaaaaaaa",
            Protocol.Mongo, MessageKind.Request),
        ("\u0028\0\0\0\u0001\0\0\0\u0001\0\0\0\u0001\0\0\0aaaaaaaaaaaaaaaaaaaaaaaa",
            Protocol.Mongo, MessageKind.Response),
        ("\u0028\0\0\0\u0001\0\0\u0080\0\0\0\0\u00dd\u0007\0\0aaaaaaaaaaaaaaaaaaaaaaaa",
            Protocol.Mongo, MessageKind.Request),
        ("\0\u0012\u0012\u0034\u0001\u0020\0\u0001\0\0\0\0\0\0\u0001a\0\0\u0001\0",
            Protocol.Dns, MessageKind.Request),
        ("\u0027\0\0\0\u0001\u0002\u0003\u00ff\0\0\0\0\u00dd\u0007\0\0\0\0\0\0\0", Protocol.Mongo, MessageKind.Request),
        ("get key\r\n", Protocol.Memcached, MessageKind.Request),
        ("STORED\r\n", Protocol.Memcached, MessageKind.Response),
        ("mg key v\r\n", Protocol.Memcached, MessageKind.Request),
        ("prepend key 0 0 1\r\n", Protocol.Memcached, MessageKind.Request),
        ("\u0080\0\0\u0003\0\0\0\0\0\0\0\u0003\0\0\0\0\0\0\0\0\0\0\0\0abc", Protocol.Memcached, MessageKind.Request),
        ("\u0081\0\0\0\u0004\0\0\0\0\0\0\u0005\0\0\0\0\0\0\0\0\0\0\0\0aaaab", Protocol.Memcached, MessageKind.Response),
        ("hello, world: nothing that anybody knows", Protocol.Unknown, MessageKind.None),
        ("", Protocol.Unknown, MessageKind.None),
    ];

    [Fact]
    public void Recognise_FirstBytes_TellProtocolAndKind() => Assert.Equal(
        Beginnings,
        Beginnings.Select(b => Encoding.Latin1.GetBytes(b.Latin1))
            .Select(bytes => (Bytes: bytes, Found: ProtocolRecogniser.Recognise(HeadOf(bytes))))
            .Select(b => (Encoding.Latin1.GetString(b.Bytes), b.Found.Protocol, b.Found.Kind)));

    [Theory]
    [InlineData("12340120000100000000000003777777047465737400" + "00010001", MessageKind.Request)]
    [InlineData("12348180000100010000000003777777047465737400" + "00010001", MessageKind.Response)]
    [InlineData("12348180000200010000000003777777047465737400" + "00010001", MessageKind.None)]
    public void Recognise_Datagram_IsDnsOrNothing(string hex, MessageKind kind)
    {
        var bytes = Convert.FromHexString(hex);

        var found = ProtocolRecogniser.Recognise(new RecognitionHead(bytes, (ulong)bytes.Length, isDatagram: true));

        Assert.Equal((kind == MessageKind.None ? Protocol.Unknown : Protocol.Dns, kind), found);
    }

    [Fact]
    public void Recognise_ManyHeads_AgreesWithTheKernelsRules()
    {
        Assert.SkipUnless(KernelRules.Obstacle is null, KernelRules.Obstacle ?? "");
        var heads = Heads(new Random(20261123)).ToList();

        var expected = KernelRules.Recognise(heads);

        Assert.Equal(heads.Count, expected.Length);
        var recognised = 0;
        for (var i = 0; i < heads.Count; i++)
        {
            var found = ProtocolRecogniser.Recognise(heads[i]);
            Assert.True(expected[i] == found, Difference(heads[i], expected[i], found));
            recognised += found.Kind == MessageKind.None ? 0 : 1;
        }

        Assert.True(recognised > heads.Count / 10, $"{recognised} of {heads.Count} heads are of a protocol");
    }

    private static RecognitionHead HeadOf(byte[] bytes) => new(bytes, (ulong)bytes.Length, isDatagram: false);

    // Each beginning, cut at every byte, with other lengths, with some bytes replaced; and noise.
    private static IEnumerable<RecognitionHead> Heads(Random random)
    {
        foreach (var (latin1, _, _) in Beginnings)
        {
            var bytes = Encoding.Latin1.GetBytes(latin1);
            for (var end = 0; end <= bytes.Length; end++)
            {
                yield return HeadOf(bytes[..end]);
                yield return new RecognitionHead(bytes, (ulong)end, isDatagram: false);
                yield return new RecognitionHead(bytes.AsSpan(0, end), (ulong)bytes.Length, isDatagram: true);
            }

            for (var i = 0; i < Mutations; i++)
            {
                yield return Mutate(bytes, random);
            }
        }
    }

    private static RecognitionHead Mutate(byte[] bytes, Random random)
    {
        var changed = (byte[])bytes.Clone();
        for (var i = random.Next(4); i > 0 && changed.Length > 0; i--)
        {
            ref var cell = ref changed[random.Next(Math.Min(changed.Length, RecognitionHead.MaxBytes))];
            cell = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(cell + random.Next(-1, 2)),
                _ => (byte)(cell ^ (1 << random.Next(8))),
            };
        }

        var length = random.Next(4) switch
        {
            0 => (ulong)random.Next(40),
            1 => (ulong)random.Next(1 << 26),
            _ => (ulong)changed.Length,
        };
        return new RecognitionHead(changed, length, random.Next(8) == 0);
    }

    private static string Difference(
        RecognitionHead head, (Protocol, MessageKind) expected, (Protocol, MessageKind) found) =>
        $"{head.Low:x16} {head.High:x16} of {head.Bytes}, length {head.Length}, datagram {head.IsDatagram}: "
        + $"the kernel says {expected}, this says {found}";
}
