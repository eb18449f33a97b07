using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tls;
using PixieOrleans.TestKit.Recordings;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Tls;

/// <summary>Bytes of real peers, recorded by Fixtures/record-tls.py; each file names its origin.</summary>
public sealed class TlsRecordedTests
{
    private const string Curl13 = "t13d3112h1_e8f1e7e78f70_b26ce05bbdd6";

    // Names, protocols, versions and suites as tshark 4.0 shows them; fingerprints worked out by a script of Python.
    public static TheoryData<string, string[]> Handshakes => new()
    {
        {
            "tls/nginx-curl",
            [
                $"shop.test http/1.1 -> TLS 1.3 TLS_AES_256_GCM_SHA384 {Curl13}",
                "shop.test h2 -> TLS 1.3 TLS_AES_256_GCM_SHA384 t13d3112h2_e8f1e7e78f70_b26ce05bbdd6",
                "shop.test h2 -> TLS 1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 t12d2807h2_d943125447b4_a44c6288192a",
                "- h2 -> TLS 1.3 TLS_AES_256_GCM_SHA384 t13i3111h2_e8f1e7e78f70_b26ce05bbdd6",
            ]
        },
        {
            "tls/nginx-openssl",
            [
                "a.test - -> TLS 1.3 TLS_AES_256_GCM_SHA384 t13d041000_16476d049b0b_78f1d400d464",
                "b.test - -> TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA256 t12d020500_d30dd38cd76f_847bbcdea70d",
                "c.test - -> alert protocol_version t11d230600_44099cda8a52_195413a0cc0f",
                "- foo -> TLS 1.3 TLS_AES_256_GCM_SHA384 t13i3110fo_e8f1e7e78f70_1f22a2ca17c4",
                "- - -> TLS 1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 t12i280600_d943125447b4_e7e480e5a997",
                "- - -> TLS 1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 t12i280600_d943125447b4_e7e480e5a997",
            ]
        },
        {
            "tls/gnutls-clients",
            [
                "g.test - -> TLS 1.3 TLS_AES_256_GCM_SHA384 t13d291300_723694b0fccc_2cc26d266019",
                "h.test x -> TLS 1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 t12d2511xx_7415a186c913_577ffa9d9a5c",
                "xn--bcher-kva.test http/1.1 -> TLS 1.3 TLS_AES_256_GCM_SHA384 t13d1812h1_85036bcba153_d41ae481755e",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Handshakes))]
    public void Rows_OfRecordedHandshakes_SayWhatWasAgreed(string name, string[] expected)
    {
        var rows = Recording.Read(name).Select(connection =>
        {
            using var tls = new SessionHarness(new TlsProtocol(new FramingOptions()));
            var timeNs = 1000L;
            foreach (var chunk in connection)
            {
                tls.Send(chunk.Direction, chunk.Bytes, timeNs += 10);
            }

            Assert.Equal((SessionState.EndOfStream, 0), (tls.Session.State, tls.Session.RetainedBytes));
            Assert.Equal((0, 22, 10), (tls.Counters.InvalidFrames, tls.Row.Int("req_type"), tls.Row.Int("latency")));
            return Summary(tls.Row);
        });

        Assert.Equal(expected, rows);
    }

    [Fact]
    public void Rows_HandshakeCutAtEveryByte_AreTheSame()
    {
        var connection = Recording.Read("tls/nginx-curl")[0];
        var (client, server) = (connection[0].Bytes, connection[1].Bytes.AsSpan(0, 200).ToArray());
        foreach (var cut in Fragments.AtEveryByte(client))
        {
            using var tls = new SessionHarness(new TlsProtocol(new FramingOptions()));

            Array.ForEach(cut, piece => tls.SendFragment(Direction.Ingress, piece, 1000));
            tls.Response(server, 2000);

            Assert.EndsWith(Curl13, Summary(tls.Row));
        }

        foreach (var cut in Fragments.AtEveryByte(server))
        {
            using var tls = new SessionHarness(new TlsProtocol(new FramingOptions()));

            tls.Request(client, 1000);
            Array.ForEach(cut, piece => tls.SendFragment(Direction.Egress, piece, 2000));

            Assert.EndsWith(Curl13, Summary(tls.Row));
        }
    }

    [Fact]
    public void OnData_ChangedHandshakes_NeverThrowAndStayBounded()
    {
        const long MaxRetainedBytes = 1 << 20;
        var chunks = Handshakes.Select(row => row.Data.Item1)
            .SelectMany(name => Recording.Read(name))
            .SelectMany(connection => connection.Take(2)).ToArray();
        for (var seed = 0; seed < 10_000; seed++)
        {
            var random = new Random(seed);
            using var tls = new SessionHarness(
                new TlsProtocol(new FramingOptions { StreamBytes = 16 << 10 }), (Role)random.Next(3));

            for (var i = 0; i < 4; i++)
            {
                var chunk = chunks[random.Next(chunks.Length)];
                var bytes = chunk.Bytes.ToArray();
                for (var changes = random.Next(6); changes > 0; changes--)
                {
                    bytes[random.Next(Math.Min(bytes.Length, 300))] = (byte)random.Next(256);
                }

                tls.Send(chunk.Direction, bytes.AsSpan(0, random.Next(bytes.Length + 1)), 1000).Tick(1000);
                Assert.InRange(tls.Session.RetainedBytes, 0, MaxRetainedBytes);
            }

            tls.Close();
            Assert.All(tls.Rows, row => JsonDocument.Parse(row.Text("req_body")).Dispose());
        }
    }

    private static string Summary(RecordedRow row)
    {
        using var request = JsonDocument.Parse(row.Text("req_body"));
        using var response = JsonDocument.Parse(row.Text("resp_body"));
        var extensions = request.RootElement.GetProperty("extensions");
        var answer = response.RootElement.TryGetProperty("alert_name", out var alert)
            ? $"alert {alert.GetString()}"
            : $"{response.RootElement.GetProperty("version")} {response.RootElement.GetProperty("cipher")}";
        return $"{First(extensions, "server_name")} {First(extensions, "alpn")} -> {answer} {row.Text("ja4")}";
    }

    private static string First(JsonElement extensions, string name) =>
        extensions.TryGetProperty(name, out var values) ? values[0].GetString()! : "-";
}
