using PixieOrleans.Kernel.Tests.Tls;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Life;

/// <summary>Probes come and go with the files that processes use.</summary>
public sealed class LifeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nginx")]
    [InlineData("asyncio")]
    public async Task Probes_ThatComeWhileTrafficFlows_SeeTheOpenConnection(string kind)
    {
        const int Rows = 20;
        Programs.RequireRoot();
        using var certificate = new Certificate();
        await using var server = kind == "nginx"
            ? await HttpServers.NginxAsync(Cancelled, certificate.PemFile)
            : await HttpServers.PythonAsyncioAsync(Cancelled, certificate.PemFile);
        var endpoint = new Endpoint(server.Port, certificate.PemFile);
        await using var client = ChildProcess.Start(
            Programs.Require("python3", "python3"), [Python.Script("Http/steady.py"), endpoint.Url("/steady")]);
        await Poll.UntilAsync(
            () => Task.FromResult(client.Output.Contains("answered", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(10),
            () => $"an answer; output: {client.Output}",
            Cancelled);

        await using var node = await Node.StartAsync();

        await node.WaitAsync(() => node.Requests(server.Port).Count >= Rows, "the server's rows");
        await node.WaitAsync(() => node.Requests(server.Port, role: 1).Count >= Rows, "the client's rows");
        Assert.All(node.Requests(server.Port).Skip(1), row => Assert.Equal("200 /steady", row));
        Assert.All(node.Requests(server.Port, role: 1).Skip(1), row => Assert.Equal("200 /steady", row));
    }

    /// <summary>The server that runs on keeps the old files, which have no name any more.</summary>
    [Fact]
    public async Task Library_ThatIsReplacedOnDisk_IsSeenThroughInItsOldAndItsNewForm()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        using var copies = new LibraryCopies();
        await using var node = await Node.StartAsync();
        await using var old = await HttpServers.NginxAsync(Cancelled, certificate.PemFile, copies.Launcher);
        await node.WaitAsync(() => node.Tls.Any(t => IsOn(t.ProcessId, old)), "probes in the old files");
        await AskAsync(old, "/before");

        copies.Replace();
        await using var young = await HttpServers.NginxAsync(Cancelled, certificate.PemFile, copies.Launcher);
        await node.WaitAsync(() => node.Tls.Any(t => IsOn(t.ProcessId, young)), "probes in the new files");
        await AskAsync(old, "/after");
        await AskAsync(young, "/young");

        await node.WaitAsync(() => node.Requests(old.Port).Count >= 2, "rows of the server on the old files");
        await node.WaitAsync(() => node.Requests(young.Port).Count >= 1, "rows of the server on the new files");
        Assert.Equal(["200 /before", "200 /after"], node.Requests(old.Port));
        Assert.Equal(["200 /young"], node.Requests(young.Port));
    }

    [Fact]
    public async Task Server_ThatIsStartedAgain_FindsItsProbesInPlace()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        using var copies = new LibraryCopies();
        await using var node = await Node.StartAsync();
        await using (var first = await HttpServers.NginxAsync(Cancelled, certificate.PemFile, copies.Launcher))
        {
            await node.WaitAsync(() => node.Tls.Any(t => IsOn(t.ProcessId, first)), "probes in the first");
        }

        await using var second = await HttpServers.NginxAsync(Cancelled, certificate.PemFile, copies.Launcher);
        await AskAsync(second, "/at-once");

        await node.WaitAsync(() => node.Requests(second.Port).Count > 0, "its first request");
        await node.WaitAsync(() => node.Tls.Any(t => IsOn(t.ProcessId, second)), "it is listed");
        Assert.Equal(0, node.Tls.First(t => IsOn(t.ProcessId, second)).AttachMs);
    }

    /// <summary>Python opens the library with its module, long after its start.</summary>
    [Fact]
    public async Task Library_ThatIsOpenedLater_IsSeenThrough()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        using var copies = new LibraryCopies();
        await using var node = await Node.StartAsync();
        await using var server = await HttpServers.NginxAsync(Cancelled, certificate.PemFile);
        var url = new Endpoint(server.Port, certificate.PemFile).Url("/late");
        await using var client = ChildProcess.Start(
            copies.Launcher[0],
            [
                copies.Launcher[1], Programs.Require("python3", "python3"), "-c",
                "import sys, urllib.request\n"
                    + "sys.stdin.readline(); import ssl; sys.stdin.readline()\n"
                    + $"urllib.request.urlopen('{url}', context=ssl._create_unverified_context()).read()",
            ],
            withInput: true);
        Assert.DoesNotContain(node.Tls, t => t.ProcessId == client.Id);

        await client.WriteLineAsync("load", Cancelled);
        await node.WaitAsync(
            () => node.Tls.Any(t => t.ProcessId == client.Id
                && t.Library.StartsWith(copies.Folder, StringComparison.Ordinal)),
            "probes in the client");
        await client.WriteLineAsync("ask", Cancelled);

        await node.WaitAsync(() => node.Requests(server.Port, role: 1).Count > 0, "the client's row");
        Assert.Equal(["200 /late"], node.Requests(server.Port, role: 1));
    }

    private static bool IsOn(uint processId, HttpServer server) => processId == server.ProcessId;

    private static Task<string> AskAsync(HttpServer server, string path) => ChildProcess.RunAsync(
        Programs.Require("curl", "curl"),
        ["-sk", "-o", "/dev/null", new Uri(server.Address, path).AbsoluteUri],
        Cancelled);
}
