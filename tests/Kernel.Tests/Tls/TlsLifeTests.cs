using PixieOrleans.NodeProbe.Tests;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>How probes come and go, and what is told of connections beside their rows.</summary>
public sealed class TlsLifeTests
{
    private static readonly string[] Libraries = ["libssl.so.3", "libcrypto.so.3"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The server runs before the node does, on libraries that nobody can open by name.</summary>
    [Theory]
    [InlineData("deleted")]
    [InlineData("mount namespace")]
    public async Task Library_WithoutAPathOutside_IsSeenThrough(string kind)
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        using var folder = CopyLibraries();
        var hidden = folder.File("hidden");
        string[] launcher = kind == "deleted" ? ["/usr/bin/env", $"LD_LIBRARY_PATH={folder.Path}"]
            :
            [
                Programs.Require("unshare", "util-linux"), "-m", "/bin/sh", "-c",
                $"mkdir {hidden} && mount -t tmpfs none {hidden} && cp {folder.Path}/lib* {hidden}/ "
                    + $"&& LD_LIBRARY_PATH={hidden} exec \"$@\"",
                "sh",
            ];
        await using var server = await HttpServers.NginxAsync(Cancelled, certificate.PemFile, launcher);
        Array.ForEach(Libraries, library => File.Delete(folder.File(library)));
        await using var node = await Node.StartAsync();
        await node.WaitAsync(
            () => node.Tls.Any(t => t.Library.Contains(folder.Path, StringComparison.Ordinal)), "probes in the copy");

        await TlsClients.AskAsync(new Uri(server.Address, "/seen"), Cancelled);

        await node.WaitAsync(() => Rows(node, server).Contains("/seen"), "the server's row");
    }

    [Fact]
    public async Task Library_ThatComesIntoUse_HasItsProbesWithinTheDelay()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        using var folder = CopyLibraries();
        await using var node = await Node.StartAsync();
        await node.WaitAsync(() => node.Tls.Count > 0 || node.Runtime.GetStatus().Tls is [], "the first look");
        string[] launcher = ["/usr/bin/env", $"LD_LIBRARY_PATH={folder.Path}"];

        await using var server = await HttpServers.NginxAsync(Cancelled, certificate.PemFile, launcher);
        await node.WaitAsync(() => Used(node, folder).Any(), "probes in the copy");

        var delay = Used(node, folder).Max(t => t.AttachMs);
        TestContext.Current.TestOutputHelper!.WriteLine($"probes were in place {delay} ms after the news");
        Assert.InRange(delay, 0, 5000); // the figure is told, not judged: the machine is shared
    }

    [Fact]
    public async Task Exclude_ByTheEndOfAPath_LeavesTheLibraryAlone()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        using var folder = CopyLibraries();
        await using var node = await Node.StartAsync(
            ("TlsExclude:0", $"{Path.GetFileName(folder.Path)}/libssl.so.3"));
        string[] launcher = ["/usr/bin/env", $"LD_LIBRARY_PATH={folder.Path}"];
        await using var server = await HttpServers.NginxAsync(Cancelled, certificate.PemFile, launcher);
        await node.WaitAsync(() => Used(node, folder).Any(), "the process is listed");

        await TlsClients.AskAsync(new Uri(server.Address, "/unseen"), Cancelled);

        await node.WaitAsync(() => Handshakes(node, server) > 0, "a row of tls_events");
        Assert.Empty(Rows(node, server));
        Assert.All(Used(node, folder), t => Assert.Equal(TlsState.Excluded, t.State));
        Assert.All(Used(node, folder), t => Assert.Contains("TlsExclude", t.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connections_ThatAreSeenThrough_KeepTheirHandshakeRowsAndCountAsTls()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        await using var node = await Node.StartAsync();
        await using var server = await HttpServers.NginxAsync(Cancelled, certificate.PemFile);
        await node.WaitAsync(() => node.Tls.Any(t => t.Name == "nginx"), "probes in nginx");

        await TlsClients.AskAsync(new Uri(server.Address, "/one"), Cancelled);

        await node.WaitAsync(() => Handshakes(node, server) > 0, "a row of tls_events");
        await node.WaitAsync(() => Rows(node, server).Contains("/one"), "the server's row");
        await node.WaitAsync(
            () => TableText.Read(node.Runtime.Tables, "conn_stats", "remote_port", "trace_role", "ssl")
                .Contains($"{server.Port} 1 true"),
            "conn_stats of the client");
        await node.WaitAsync(
            () => TableText.Read(node.Runtime.Tables, "probe_status", "source_connector", "status", "info")
                .Any(row => row.StartsWith("tls_tracer 0 ", StringComparison.Ordinal)
                    && row.Contains("\"process\":\"nginx\"", StringComparison.Ordinal)
                    && row.Contains("OpenSSL 3.", StringComparison.Ordinal)),
            "a row of probe_status");
    }

    /// <summary>Each is a process of its own, gone after one request.</summary>
    [Fact]
    public async Task ShortProcesses_OneAfterTheOther_EachGiveTheirRowAndLeaveNothing()
    {
        const int Processes = 50;
        Programs.RequireRoot();
        using var certificate = new Certificate();
        await using var node = await Node.StartAsync();
        await using var server = await HttpServers.NginxAsync(Cancelled, certificate.PemFile);
        await node.WaitAsync(() => node.Tls.Any(t => t.Name == "nginx"), "probes in nginx");

        for (var i = 0; i < Processes; i++)
        {
            await TlsClients.AskAsync(new Uri(server.Address, $"/{i}"), Cancelled);
        }

        var expected = Enumerable.Range(0, Processes).Select(i => $"/{i}");
        await node.WaitAsync(() => Rows(node, server).Count >= Processes, "the server's rows");
        Assert.Equal(expected, Rows(node, server));
        Assert.Equal(expected, Rows(node, server, role: 1));
        await node.WaitAsync(() => !node.Tls.Any(t => t.Name == "curl"), "ended processes are forgotten");
    }

    private static TempFolder CopyLibraries()
    {
        var folder = new TempFolder();
        foreach (var library in Libraries)
        {
            var path = $"/usr/lib/x86_64-linux-gnu/{library}";
            Assert.SkipUnless(File.Exists(path), $"{path} is missing: apt-get install libssl3");
            File.Copy(path, folder.File(library));
        }

        return folder;
    }

    private static IEnumerable<TlsProcessStatus> Used(Node node, TempFolder folder) =>
        node.Tls.Where(t => t.Library.Contains(folder.Path, StringComparison.Ordinal));

    /// <summary>Paths of the rows of a server, in the order of their time.</summary>
    private static List<string> Rows(Node node, HttpServer server, int role = 2) =>
    [
        .. TableText.Read(
                node.Runtime.Tables, "http_events", "local_port", "remote_port", "trace_role", "encrypted", "req_path")
            .Select(row => row.Split(' '))
            .Where(cells => cells[role == 2 ? 0 : 1] == $"{server.Port}" && cells[2] == $"{role}" && cells[3] == "true")
            .Select(cells => cells[4]),
    ];

    private static int Handshakes(Node node, HttpServer server) =>
        TableText.Read(node.Runtime.Tables, "tls_events", "local_port", "trace_role")
            .Count(row => row == $"{server.Port} 2");
}
