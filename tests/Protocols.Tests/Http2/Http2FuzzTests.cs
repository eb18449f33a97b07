using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Http2;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Http2;

[Collection(AllocationCollection.Name)]
public sealed class Http2FuzzTests
{
    private const int Rounds = 400;
    private const long MaxRetainedBytes = 4 << 20;

    [Theory]
    [InlineData("nghttp")]
    [InlineData("apache-curl")]
    [InlineData("apache-upgrade")]
    [InlineData("grpc-python")]
    [InlineData("etcd")]
    [InlineData("kestrel-httpclient")]
    public void OnData_ChangedRecordings_NeverThrowAndStayBounded(string name)
    {
        var chunks = Recording.Read($"http2/{name}").SelectMany(connection => connection).ToArray();
        for (var seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            using var http = Harness(random, upgrade: name == "apache-upgrade");
            try
            {
                Run(http, chunks, random);
                Assert.InRange(http.Session.RetainedBytes, 0, MaxRetainedBytes);
                http.Close();
                Assert.Equal(0, http.Session.RetainedBytes);
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }

    [Fact]
    public void OnData_SteadyCalls_AllocateNothing()
    {
        var type = Http2Bytes.Literal("content-type", "application/grpc", keep: true);
        byte[] request =
        [
            .. Http2Bytes.Headers(
                1, false, Http2Bytes.Indexed(3), Http2Bytes.Indexed(6), Http2Bytes.Named(4, "/s/m"), type),
            .. Http2Bytes.Data(1, true, Http2Bytes.Message(0x0a, 2, 104, 105)),
        ];
        byte[] response =
        [
            .. Http2Bytes.Headers(1, false, Http2Bytes.Indexed(8), type),
            .. Http2Bytes.Data(1, false, Http2Bytes.Message(0x08, 7)),
            .. Http2Bytes.Headers(1, true, Http2Bytes.Literal("grpc-status", "0", keep: true)),
        ];

        SteadyTraffic.AllocatesNothing(
            new Http2Protocol(new HttpOptions(), new FramingOptions()), rows: 1,
            SteadyTraffic.Exchanges((request, response)),
            SteadyTraffic.Exchanges((Http2Bytes.ClientStart, Http2Bytes.ServerStart)));
    }

    private static SessionHarness Harness(Random random, bool upgrade)
    {
        var (http, framing) = (new HttpOptions(), new FramingOptions { MaxPendingRequests = 8 });
        ProtocolDefinition protocol = upgrade ? new HttpProtocol(http, framing) : new Http2Protocol(http, framing);
        return new SessionHarness(protocol, (Role)random.Next(3), random.Next(4) == 0);
    }

    private static void Run(SessionHarness http, RecordedChunk[] chunks, Random random)
    {
        var nowNs = 1_000_000_000L;
        foreach (var (direction, recorded) in chunks)
        {
            var bytes = recorded.ToArray();
            for (var i = random.Next(3); i > 0; i--)
            {
                bytes[random.Next(Math.Min(bytes.Length, 200))] = (byte)random.Next(256);
            }

            nowNs += random.NextInt64(400_000_000);
            switch (random.Next(12))
            {
                case 0:
                    http.Miss(direction, (ulong)bytes.Length);
                    break;
                case 1:
                    http.Send(direction, bytes.AsSpan(0, random.Next(bytes.Length)), nowNs).Miss(direction, 5);
                    break;
                case 2:
                    http.Tick(nowNs);
                    break;
                default:
                    http.Send(direction, bytes, nowNs);
                    break;
            }
        }
    }
}
