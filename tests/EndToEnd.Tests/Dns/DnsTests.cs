using System.Text.Json;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.EndToEnd.Tests.Dns;

/// <summary>dns_events against the logs of name servers.</summary>
[Collection(SiloCollection.Name)]
public sealed class DnsTests(SiloFixture fixture)
{
    private const string Questions = """
        app.test A
        app.test AAAA
        app.test MX
        app.test TXT
        none.test A
        below.wild.test A
        """;

    private const string PythonScript = """
        import asyncio, sys
        import dns.asyncquery, dns.message, dns.query
        port = int(sys.argv[1])
        def question(i):
            return dns.message.make_query('h%d.wild.test' % i, 'A')
        for i in range(20):
            assert dns.query.udp(question(i), '127.0.0.1', port=port).answer
            assert dns.query.tcp(question(i), '127.0.0.1', port=port).answer
        async def all():
            await asyncio.gather(*[dns.asyncquery.udp(question(i), '127.0.0.1', port=port) for i in range(40)])
        asyncio.run(all())
        assert dns.query.udp(dns.message.make_query('none.test', 'TXT'), '127.0.0.1', port=port).rcode() == 3
        """;

    // c-ares sends from one socket, without waiting for answers.
    private const string NodeScript = """
        const { Resolver } = require('dns').promises;
        const resolver = new Resolver();
        resolver.setServers([`127.0.0.1:${process.argv[2]}`]);
        const asked = [...Array(60).keys()].map(i => resolver.resolve4(`n${i}.wild.test`));
        asked.push(resolver.resolveMx('app.test'), resolver.resolveTxt('app.test'), resolver.resolve6('app.test'));
        asked.push(resolver.resolve4('none.test').catch(error => error.code));
        Promise.all(asked).then(answers => {
          if (answers[63] !== 'ENOTFOUND' || answers[0][0] !== '10.9.9.9') process.exit(1);
        });
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("dnsmasq", "+notcp")]
    [InlineData("dnsmasq", "+tcp")]
    [InlineData("unbound", "+notcp")]
    [InlineData("unbound", "+tcp")]
    public async Task Rows_OfDig_EqualTheLogAndTheAnswers(string kind, string transport)
    {
        await using var server = await DnsServer.StartAsync(kind, Cancel);
        using var folder = new TempFolder();
        var dig = Programs.Require("dig", "bind9-dnsutils");
        string[] to = ["@127.0.0.1", "-p", $"{server.Port}", transport];

        await ChildProcess.RunAsync(dig, [.. to, "-f", folder.Write("questions", Questions)], Cancel);
        await ChildProcess.RunAsync(dig, [.. to, "+keepopen", "app.test", "A", "none.test", "TXT"], Cancel);

        var rows = await WaitAndCompareAsync(server, 8);
        Assert.Equal(
            [
                ("app.test A", """{"answers":[{"name":"app.test","type":"A","addr":"10.1.2.3"}]}"""),
                ("app.test A", """{"answers":[{"name":"app.test","type":"A","addr":"10.1.2.3"}]}"""),
                ("app.test AAAA", """{"answers":[{"name":"app.test","type":"AAAA","addr":"fd00::1"}]}"""),
                ("app.test MX",
                    """{"answers":[{"name":"app.test","type":"MX","preference":5,"exchange":"mail.app.test"}]}"""),
                ("app.test TXT", """{"answers":[{"name":"app.test","type":"TXT","txt":"hello world"}]}"""),
                ("below.wild.test A", """{"answers":[{"name":"below.wild.test","type":"A","addr":"10.9.9.9"}]}"""),
                ("none.test A", """{"answers":[]}"""),
                ("none.test TXT", """{"answers":[]}"""),
            ],
            rows.Select(row => (Question(row), row.Text("resp_body"))).Order());
    }

    [Theory]
    [InlineData("dnsmasq")]
    [InlineData("unbound")]
    public async Task Rows_OfDnspython_EqualTheLog(string kind)
    {
        await using var server = await DnsServer.StartAsync(kind, Cancel);
        var python = await Python.RequireAsync("dns", "python3-dnspython", Cancel);

        await ChildProcess.RunAsync(python, ["-c", PythonScript, $"{server.Port}"], Cancel);

        await WaitAndCompareAsync(server, 81);
    }

    [Theory]
    [InlineData("dnsmasq")]
    [InlineData("unbound")]
    public async Task Rows_OfManyQuestionsAtOnce_EqualTheLog(string kind)
    {
        await using var server = await DnsServer.StartAsync(kind, Cancel);
        using var folder = new TempFolder();
        var node = Programs.Require("node", "nodejs");

        await ChildProcess.RunAsync(node, [folder.Write("ask.js", NodeScript), $"{server.Port}"], Cancel);

        var rows = await WaitAndCompareAsync(server, 64);
        Assert.Equal(60, rows.Count(row => row.Text("resp_body").Contains("\"10.9.9.9\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Rows_OfTheSystemsResolver_HaveBothQuestionsOfAName()
    {
        Programs.RequireRoot();
        var unshare = Programs.Require("unshare", "util-linux");
        const string Address = "127.53.53.53"; // resolvers of the system ask port 53
        await using var server = await DnsServer.DnsmasqAsync(Address, Cancel);
        using var folder = new TempFolder();
        var (name, settings) = ($"p{server.Port}.wild.test", folder.Write("resolv.conf", $"nameserver {Address}\n"));

        var output = await ChildProcess.RunAsync(
            unshare,
            ["-m", "sh", "-c", $"mount --bind {settings} /etc/resolv.conf && exec getent ahosts {name}"],
            Cancel);

        Assert.Contains("10.9.9.9", output, StringComparison.Ordinal);
        var table = new TableReader(fixture.Silo.Client, "dns_events");
        var rows = await table.WaitAsync(
            53, 2, row => row.Text("req_body").Contains($"\"{name}\"", StringComparison.Ordinal), Cancel);
        Assert.Equal(
            [
                ($"{name} A", $$"""{"answers":[{"name":"{{name}}","type":"A","addr":"10.9.9.9"}]}"""),
                ($"{name} AAAA", """{"answers":[]}"""),
            ],
            rows.Select(row => (Question(row), row.Text("resp_body"))).Order());
    }

    private static string Question(EventRow row)
    {
        using var body = JsonDocument.Parse(row.Text("req_body"));
        var query = body.RootElement.GetProperty("queries")[0];
        return $"{query.GetProperty("name").GetString()} {query.GetProperty("type").GetString()}";
    }

    private static string Code(EventRow row)
    {
        using var header = JsonDocument.Parse(row.Text("resp_header"));
        return header.RootElement.GetProperty("rcode").GetInt32() switch
        {
            0 => "NOERROR",
            3 => "NXDOMAIN",
            var code => $"{code}",
        };
    }

    private async Task<IReadOnlyList<EventRow>> WaitAndCompareAsync(DnsServer server, int count)
    {
        var log = await server.ReadLogAsync(count, Cancel);
        var table = new TableReader(fixture.Silo.Client, "dns_events");
        var rows = await table.WaitAsync(server.Port, count, null, Cancel);
        var hasPorts = log[0].RemotePort != 0;
        AssertCells.Equal(
            [.. log.Select(line => $"{line.RemotePort} {line.Name} {line.Type} {line.Code}").Order()],
            [.. rows.Select(row => $"{(hasPorts ? row.RemotePort : 0)} {Question(row)} {Code(row)}").Order()],
            "queries");
        Assert.All(rows, row => Assert.InRange(row.Number("latency"), 1, 10_000_000_000));
        return rows;
    }
}
