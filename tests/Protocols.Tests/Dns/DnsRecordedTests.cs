using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Dns;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Dns;

/// <summary>Bytes of real peers, recorded by Fixtures/record-dns.py; each file names its origin.</summary>
public sealed class DnsRecordedTests
{
    // What the zone, Fixtures/dns/all-types.zone, says.
    public static TheoryData<string, string> Answers => new()
    {
        { "app.test A", """[{"name":"app.test","type":"A","addr":"10.1.2.3"}]""" },
        { "app.test AAAA", """[{"name":"app.test","type":"AAAA","addr":"fd00::1:2:3"}]""" },
        {
            "app.test MX",
            """[{"name":"app.test","type":"MX","preference":20,"exchange":"mail.backup.test"},"""
            + """{"name":"app.test","type":"MX","preference":10,"exchange":"mail.app.test"}]"""
        },
        { "app.test TXT", """[{"name":"app.test","type":"TXT","txt":"v=spf1 -allsecond \"quoted\" string"}]""" },
        { "app.test CAA", """[{"name":"app.test","type":"CAA","flags":0,"tag":"issue","value":"ca.test"}]""" },
        {
            "app.test SOA",
            """[{"name":"app.test","type":"SOA","mname":"ns1.app.test","rname":"admin\\.dns.app.test","""
            + "\"serial\":2026112201,\"refresh\":3600,\"retry\":600,\"expire\":86400,\"minimum\":30}]"
        },
        {
            "app.test NS",
            """[{"name":"app.test","type":"NS","ns":"ns1.app.test"},{"name":"app.test","type":"NS","""
            + "\"ns\":\"ns2.app.test\"}]"
        },
        {
            "www.app.test A",
            """[{"name":"www.app.test","type":"CNAME","cname":"web.app.test"},{"name":"web.app.test","""
            + "\"type\":\"CNAME\",\"cname\":\"app.test\"},{\"name\":\"app.test\",\"type\":\"A\",\"addr\":\"10.1.2.3\"}]"
        },
        {
            "_http._tcp.app.test SRV",
            """[{"name":"_http._tcp.app.test","type":"SRV","priority":5,"weight":20,"port":8081,"""
            + "\"target\":\"mail.app.test\"},{\"name\":\"_http._tcp.app.test\","
            + "\"type\":\"SRV\",\"priority\":5,\"weight\":10,"
            + "\"port\":8080,\"target\":\"web.app.test\"}]"
        },
        {
            "app.test NAPTR",
            """[{"name":"app.test","type":"NAPTR","order":100,"preference":10,"flags":"u","""
            + "\"services\":\"E2U+sip\",\"regexp\":\"!^.*$!sip:info@app.test!\",\"replacement\":\".\"}]"
        },
        {
            "app.test HTTPS",
            """[{"name":"app.test","type":"HTTPS","priority":1,"target":".","params":{"alpn":"h2,h3","""
            + "\"port\":\"8443\",\"ipv4hint\":\"10.1.2.3,10.1.2.4\",\"ipv6hint\":\"fd00::1\"}}]"
        },
        {
            "_dns.app.test SVCB",
            """[{"name":"_dns.app.test","type":"SVCB","priority":1,"target":"ns1.app.test","""
            + "\"params\":{\"alpn\":\"dot\",\"key667\":\"68656c6c6f\"}}]"
        },
        {
            "host.app.test SSHFP",
            """[{"name":"host.app.test","type":"SSHFP","algorithm":1,"fingerprint_type":2,"""
            + "\"fingerprint\":\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\"}]"
        },
        {
            "_443._tcp.app.test TLSA",
            """[{"name":"_443._tcp.app.test","type":"TLSA","usage":3,"selector":1,"matching_type":1,"""
            + "\"certificate\":\"d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971\"}]"
        },
        {
            "child.app.test DS",
            """[{"name":"child.app.test","type":"DS","key_tag":60485,"algorithm":5,"digest_type":1,"""
            + "\"digest\":\"2bb183af5f22588179a53b0a98631fad1a292118\"}]"
        },
        {
            "x.old.app.test A",
            """[{"name":"old.app.test","type":"DNAME","dname":"app.test"},{"name":"x.old.app.test","""
            + "\"type\":\"CNAME\",\"cname\":\"x.app.test\"}]"
        },
        { "odd.app.test TYPE65280", """[{"name":"odd.app.test","type":"TYPE65280","rdata":"0a000001"}]""" },
        { "dotted\\.label.app.test A", """[{"name":"dotted\\.label.app.test","type":"A","addr":"10.9.9.9"}]""" },
        { "none.app.test A", """[]""" },
        { "app.test PTR", """[]""" },
        { "other.test A", """[]""" },
        { "3.2.1.10.in-addr.arpa PTR", """[{"name":"3.2.1.10.in-addr.arpa","type":"PTR","ptr":"app.test"}]""" },
        { "hinfo.app.test HINFO", """[{"name":"hinfo.app.test","type":"HINFO","cpu":"PC","os":"Linux"}]""" },
        {
            "uri.app.test URI",
            """[{"name":"uri.app.test","type":"URI","priority":10,"weight":1,"target":"https://app.test/"}]"""
        },
        { "APP.test A", """[{"name":"app.test","type":"A","addr":"10.1.2.3"}]""" },
        {
            "loc.app.test LOC",
            """[{"name":"loc.app.test","type":"LOC","rdata":"000016138b3cf018810cbce0009895b8"}]"""
        },
        {
            "svc.app.test HTTPS",
            """[{"name":"svc.app.test","type":"HTTPS","priority":0,"target":"web.app.test","params":{}}]"""
        },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void Rows_OfBindOverUdp_SayWhatTheZoneSays(string query, string answers)
    {
        var row = Rows("dns/bind-dig-udp").First(row => Question(row) == query);

        Assert.Equal($$"""{"answers":{{answers}}}""", row.Text("resp_body"));
    }

    [Theory]
    [InlineData("dns/bind-dig-udp", 30, "5:1 3:2 16:1")]
    [InlineData("dns/bind-dig-tcp", 33, "5:1 3:2")]
    [InlineData("dns/bind-pipelined-tcp", 20, "3:5")]
    [InlineData("dns/dnsmasq-dig-udp", 4, "5:2")]
    public void Rows_OfEveryRecording_AreAllAnsweredWithTheirCodes(string name, int count, string failures)
    {
        var rows = Rows(name);

        Assert.Equal(count, rows.Count);
        Assert.All(rows, row => Assert.Equal(Header(row, "req_header", "txid"), Header(row, "resp_header", "txid")));
        Assert.All(rows, row => Assert.Equal(0, Header(row, "req_header", "qr")));
        Assert.All(rows, row => Assert.Equal(1, Header(row, "resp_header", "qr")));
        Assert.All(rows, row => Assert.True(row.Int("latency") > 0));
        Assert.Equal(
            failures,
            string.Join(' ', rows.GroupBy(row => Header(row, "resp_header", "rcode")).Where(group => group.Key != 0)
                .OrderBy(group => failures.IndexOf($"{group.Key}:", StringComparison.Ordinal))
                .Select(group => $"{group.Key}:{group.Count()}")));
    }

    [Fact]
    public void Rows_OfTheSameQueriesOverTcp_SayTheSameAsOverUdp()
    {
        var udp = Rows("dns/bind-dig-udp").Where(row => Question(row) != "many.app.test A").DistinctBy(Question);
        var tcp = Rows("dns/bind-dig-tcp").DistinctBy(Question).ToDictionary(Question, SortedAnswers);

        Assert.All(udp, row => Assert.Equal(tcp[Question(row)], SortedAnswers(row)));
    }

    [Fact]
    public void Rows_AnswerThatDoesNotFitItsCell_LacksEntriesAndStaysJson()
    {
        var row = Rows("dns/bind-dig-udp").First(row => Question(row) == "many.app.test A");
        using var body = JsonDocument.Parse(row.Text("resp_body"));

        Assert.Equal(60, Header(row, "resp_header", "num_answers"));
        Assert.InRange(row.Text("resp_body").Length, 950, 1024);
        Assert.Equal(17, body.RootElement.GetProperty("answers").GetArrayLength());
        Assert.True(body.RootElement.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public void Rows_ConnectionsCutAtEveryChunkLength_AreTheSame()
    {
        foreach (var connection in Recording.Read("dns/bind-pipelined-tcp"))
        {
            for (var chunk = 1; chunk < 90; chunk++)
            {
                using var dns = new SessionHarness(new DnsProtocol(new FramingOptions()));
                foreach (var direction in (Direction[])[Direction.Ingress, Direction.Egress])
                {
                    var bytes = Recording.Bytes(connection, direction);
                    for (var at = 0; at < bytes.Length; at += chunk)
                    {
                        dns.Send(direction, bytes.AsSpan(at, Math.Min(chunk, bytes.Length - at)), 1000 + at);
                    }
                }

                Assert.Equal(20, dns.Rows.Count);
                Assert.Equal(0, dns.Counters.RequestsWithoutResponse + dns.Counters.ResponsesWithoutRequest);
            }
        }
    }

    private static List<RecordedRow> Rows(string name)
    {
        var rows = new List<RecordedRow>();
        foreach (var connection in Recording.Read(name))
        {
            using var dns = new SessionHarness(
                new DnsProtocol(new FramingOptions()), isDatagram: name.EndsWith("udp", StringComparison.Ordinal));
            var timeNs = 1000L;
            foreach (var chunk in connection)
            {
                dns.Send(chunk.Direction, chunk.Bytes, timeNs += 10);
            }

            dns.Close();
            Assert.Equal((0, 0), (dns.Counters.InvalidFrames, dns.Counters.Resynchronisations));
            rows.AddRange(dns.Rows);
        }

        return rows;
    }

    private static string Question(RecordedRow row)
    {
        using var body = JsonDocument.Parse(row.Text("req_body"));
        var query = Assert.Single(body.RootElement.GetProperty("queries").EnumerateArray());
        return $"{query.GetProperty("name").GetString()} {query.GetProperty("type").GetString()}";
    }

    private static int Header(RecordedRow row, string column, string field)
    {
        using var header = JsonDocument.Parse(row.Text(column));
        return header.RootElement.GetProperty(field).GetInt32();
    }

    private static string[] SortedAnswers(RecordedRow row)
    {
        using var body = JsonDocument.Parse(row.Text("resp_body"));
        return [.. body.RootElement.GetProperty("answers").EnumerateArray().Select(a => a.GetRawText()).Order()];
    }
}
