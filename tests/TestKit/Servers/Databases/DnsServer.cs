using System.Globalization;
using System.Text.RegularExpressions;

namespace PixieOrleans.TestKit.Servers.Databases;

/// <summary>A query as the server logged it.</summary>
/// <param name="RemotePort">Port of the client; 0 when the log does not tell.</param>
/// <param name="Name">Name asked for, without the dot at its end.</param>
/// <param name="Type">Type asked for.</param>
/// <param name="Code">NOERROR or NXDOMAIN.</param>
public sealed record DnsLogRow(int RemotePort, string Name, string Type, string Code);

/// <summary>
/// A name server with a log of queries. It knows app.test (A, AAAA, MX, TXT), any name below wild.test (10.9.9.9), and
/// that nothing else is below test.
/// </summary>
public sealed partial class DnsServer : IAsyncDisposable
{
    private static readonly TimeSpan LogDeadline = TimeSpan.FromSeconds(10);

    private readonly ServerProcess _server;
    private readonly Func<string, IReadOnlyList<DnsLogRow>> _parse;

    private DnsServer(ServerProcess server, Func<string, IReadOnlyList<DnsLogRow>> parse) =>
        (_server, _parse) = (server, parse);

    /// <summary>Port on 127.0.0.1, UDP and TCP.</summary>
    public int Port => _server.Port;

    /// <summary>Starts a server by its name, dnsmasq or unbound.</summary>
    public static Task<DnsServer> StartAsync(string kind, CancellationToken cancellationToken) => kind switch
    {
        "dnsmasq" => DnsmasqAsync(null, cancellationToken),
        "unbound" => UnboundAsync(cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such server"),
    };

    /// <summary>dnsmasq; a second one on port 53 of another address of loopback when one is given.</summary>
    public static async Task<DnsServer> DnsmasqAsync(string? address, CancellationToken cancellationToken)
    {
        var dnsmasq = Programs.Require("dnsmasq", "dnsmasq-base");
        var server = await ServerProcess.StartAsync(
            (port, folder) => Task.FromResult<(string, string[])>((dnsmasq,
            [
                "-k", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces", "--user=root",
                "--pid-file=", $"--listen-address={address ?? "127.0.0.1"}", $"--port={(address is null ? port : 53)}",
                "--log-queries=extra", $"--log-facility={folder.File("log")}", "--local=/test/",
                "--host-record=app.test,10.1.2.3,fd00::1", "--mx-host=app.test,mail.app.test,5",
                "--txt-record=app.test,hello world", "--address=/wild.test/10.9.9.9",
            ])),
            address is null ? null : _ => Task.FromResult(true),
            cancellationToken);
        return new DnsServer(server, ParseDnsmasq);
    }

    /// <summary>unbound.</summary>
    public static async Task<DnsServer> UnboundAsync(CancellationToken cancellationToken)
    {
        var unbound = Programs.Require("unbound", "unbound");
        var server = await ServerProcess.StartAsync(
            (port, folder) => Task.FromResult<(string, string[])>(
                (unbound, ["-d", "-c", folder.Write("unbound.conf", UnboundConf(port, folder.Path))])),
            null,
            cancellationToken);
        return new DnsServer(server, ParseUnbound);
    }

    /// <summary>Waits until the log has this many queries and returns all.</summary>
    public async Task<IReadOnlyList<DnsLogRow>> ReadLogAsync(int count, CancellationToken cancellationToken)
    {
        IReadOnlyList<DnsLogRow> log = [];
        var file = _server.Folder.File("log");
        await Poll.UntilAsync(
            () =>
            {
                log = File.Exists(file) ? _parse(File.ReadAllText(file)) : [];
                return Task.FromResult(log.Count >= count);
            },
            LogDeadline,
            () => $"{count} queries in {file}, which has {log.Count}",
            cancellationToken);
        return log;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static string UnboundConf(int port, string folder) => $"""
        server:
          interface: 127.0.0.1@{port}
          do-daemonize: no
          chroot: ""
          username: ""
          directory: "{folder}"
          pidfile: ""
          use-syslog: no
          logfile: "{folder}/log"
          log-replies: yes
          verbosity: 0
          num-threads: 1
          module-config: "iterator"
          local-zone: "test." static
          local-zone: "wild.test." redirect
          local-data: "wild.test. 60 IN A 10.9.9.9"
          local-data: "app.test. 60 IN A 10.1.2.3"
          local-data: "app.test. 60 IN AAAA fd00::1"
          local-data: "app.test. 60 IN MX 5 mail.app.test."
          local-data: 'app.test. 60 IN TXT "hello world"'
        remote-control:
          control-enable: no
        """;

    // A query has a number of its own; the line of its answer has the same.
    private static DnsLogRow[] ParseDnsmasq(string log)
    {
        var missing = DnsmasqMissing().Matches(log).Select(match => match.Groups["number"].Value).ToHashSet();
        return
        [
            .. DnsmasqQuery().Matches(log).Select(match => new DnsLogRow(
                int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture),
                match.Groups["name"].Value,
                match.Groups["type"].Value,
                missing.Contains(match.Groups["number"].Value) ? "NXDOMAIN" : "NOERROR")),
        ];
    }

    private static DnsLogRow[] ParseUnbound(string log) =>
    [
        .. UnboundReply().Matches(log).Select(match => new DnsLogRow(
            0, match.Groups["name"].Value, match.Groups["type"].Value, match.Groups["code"].Value)),
    ];

    // 608 127.0.0.1/46005 query[TXT] app.test from 127.0.0.1
    [GeneratedRegex(@" (?<number>\d+) [\d.]+/(?<port>\d+) query\[(?<type>\w+)\] (?<name>\S+) from .*\n")]
    private static partial Regex DnsmasqQuery();

    // 609 127.0.0.1/46005 config nope.test is NXDOMAIN
    [GeneratedRegex(@" (?<number>\d+) [\d.]+/\d+ config \S+ is NXDOMAIN\n")]
    private static partial Regex DnsmasqMissing();

    // 127.0.0.1 nope.test. A IN NXDOMAIN 0.000000 1 38
    [GeneratedRegex(@" [\d.]+ (?<name>\S+)\. (?<type>\w+) IN (?<code>\w+) [\d.]+ \d+ \d+\n")]
    private static partial Regex UnboundReply();
}
